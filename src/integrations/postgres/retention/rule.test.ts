import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { cutOffDay, retentionRuleSchema, schemaAndName } from './rule.ts'
import { nextLimit } from './run-batches.ts'

const dayMs = 86_400_000

describe('the cut-off of a retention rule', () => {
  it('is the beginning of a day, never younger than what is kept, and never more than a day older', () => {
    const time = fc.integer({ min: 0, max: Date.UTC(2100, 0) })
    const kept = fc.integer({ min: dayMs, max: 3650 * dayMs })
    fc.assert(
      fc.property(time, kept, (at, keep) => {
        const age = at - Date.parse(`${cutOffDay(new Date(at), keep)}T00:00:00Z`)
        return age >= keep && age < keep + dayMs
      }),
    )
  })

  it('is the same all day, so that an approval binds to the same rows', () => {
    const at = (time: string): string => cutOffDay(new Date(`2026-05-31T${time}Z`), 30 * dayMs)
    assert.deepEqual([at('00:00:00.000'), at('23:59:59.999')], ['2026-05-01', '2026-05-01'])
  })
})

describe('the table of a retention rule', () => {
  it('is written letter for letter, with its schema before the first dot', () => {
    assert.deepEqual(schemaAndName('rides'), { schema: undefined, name: 'rides' })
    assert.deepEqual(schemaAndName('public.Rides"; --'), { schema: 'public', name: 'Rides"; --' })
    assert.deepEqual(schemaAndName({ schema: 'a.b', name: 'c.d' }), { schema: 'a.b', name: 'c.d' })
  })
})

describe('the keys that a retention rule holds', () => {
  it('are refused as numbers that JavaScript rounds to another key, and taken as texts', () => {
    const rule = { table: 'rides', age: 'at', keep: '30d', action: 'delete' }
    const told = (hold: readonly unknown[]): readonly string[] =>
      retentionRuleSchema.safeParse({ ...rule, hold }).error?.issues.map(({ message }) => message) ?? []
    assert.deepEqual(told([Number('9007199254740993')]).length, 1)
    assert.deepEqual(told(['9007199254740993', 7, -7, 1.5]), [])
  })
})

describe('the size of the next batch', () => {
  it('is bounded by the rule, at most doubles, shrinks after a slow one, and never reaches none', () => {
    const most = fc.integer({ min: 1, max: 100_000 })
    fc.assert(
      fc.property(
        most,
        fc.double({ min: 0, max: 60_000, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (bound, tookMs, share) => {
          const limit = Math.max(1, Math.floor(bound * share))
          const next = nextLimit(limit, tookMs, bound)
          assert.ok(next >= 1 && next <= bound && Number.isInteger(next))
          if (limit >= 10) assert.ok(next <= limit * 2)
          if (tookMs > 100 && limit > 10) assert.ok(next < limit)
        },
      ),
    )
  })
})
