import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as z from 'zod'
import { secretSchema } from './secret.ts'
import { secretsIn } from './secrets-in.ts'

const found = (options: unknown, schema: z.ZodType): unknown =>
  secretsIn(options, schema).map(({ path, secret }) => [path.join('.'), secret])

describe('the secrets in options', () => {
  it('are references wherever they stand, and what is written where the schema asks for a secret', () => {
    const schema = z.strictObject({
      name: z.string(),
      url: secretSchema,
      headers: z.record(z.string(), secretSchema).default({}),
      more: z.array(z.union([z.number(), secretSchema.optional()])).readonly(),
      pair: z.tuple([z.string(), secretSchema]),
      made: secretSchema.meta({ description: 'own' }).nullable(),
    })
    const options = {
      name: 'literal',
      url: { env: 'A' },
      headers: { 'x-vault': 'literalTok99' },
      more: [7, 'inList'],
      pair: ['a', 'b'],
      made: 'own',
      unknown: { secretFile: '/run/x' },
    }
    assert.deepEqual(found(options, schema), [
      ['url', { env: 'A' }],
      ['headers.x-vault', 'literalTok99'],
      ['more.1', 'inList'],
      ['pair.1', 'b'],
      ['made', 'own'],
      ['unknown', { secretFile: '/run/x' }],
    ])
  })

  it('are references alone where the schema is that of another zod', () => {
    const foreign = { safeParse: () => ({ success: true }) } as unknown as z.ZodType
    assert.deepEqual(found({ a: { env: 'A' }, b: 'text' }, foreign), [['a', { env: 'A' }]])
  })
})
