import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as z from 'zod'
import { bytesSchema } from '../core/bytes.ts'
import { durationSchema } from '../core/duration.ts'
import { fieldOf } from '../core/field-of.ts'
import { toJson } from './config-schema.ts'

describe('the JSON schema of options', () => {
  it('has every default as a config writes it, those of durations and sizes too', () => {
    const options = z.strictObject({
      count: z.number().default(3),
      olderThan: durationSchema.default(30 * 86_400_000),
      never: durationSchema.default(0),
      named: durationSchema.meta({ description: 'own' }).default(250),
      maxOutput: bytesSchema.default(1_000_000),
      missing: durationSchema.optional(),
    })
    const { properties = {} } = toJson(options)
    const defaults = Object.entries(properties).map(([name, one]) => [name, fieldOf(one, 'default')])
    assert.deepEqual(Object.fromEntries(defaults), {
      count: 3,
      olderThan: '30d',
      never: 0,
      named: '250ms',
      maxOutput: '1MB',
      missing: undefined,
    })
  })
})
