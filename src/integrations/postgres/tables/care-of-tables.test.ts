import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { careNeeded, type TableNeedFacts } from './care-of-tables.ts'

const limits = { freezeRatio: 0.75, minRows: 1000 }
const facts = (more: Partial<TableNeedFacts> = {}): TableNeedFacts => ({
  ...{
    oid: 1,
    schema: 'public',
    table: 'orders',
    isPartitioned: false,
    rows: 100_000,
    live: 100_000,
    dead: 0,
    vacuumAt: 20_050,
  },
  ...{ inserted: 0, insertAt: 21_000, modified: 0, analyzeAt: 10_050, isAnalyzed: true, freezeRatio: 0.1 },
  ...{ isUnderWay: false, mayMaintain: true },
  ...more,
})

describe('a table needs care', () => {
  for (const [title, more, how, why] of [
    ['when its dead rows pass its own trigger', { dead: 20_051 }, 'vacuum', ['dead']],
    ['when rows were inserted beyond its trigger', { inserted: 21_001 }, 'vacuum', ['inserts']],
    ['when its freeze nears the limit', { freezeRatio: 0.75 }, 'vacuum', ['freeze']],
    ['when it changed too much since the last analyze', { modified: 10_051 }, 'analyze', ['stale']],
    ['when it was never analyzed', { modified: 1000, isAnalyzed: false }, 'analyze', ['never-analyzed']],
    [
      'for several reasons at once',
      { dead: 30_000, modified: 1000, isAnalyzed: false },
      'vacuum',
      ['dead', 'never-analyzed'],
    ],
    [
      'as a whole, when its partitions have rows',
      { isPartitioned: true, rows: 5000, isAnalyzed: false },
      'analyze',
      ['never-analyzed'],
    ],
  ] as const) {
    it(title, () => {
      const [found] = careNeeded([facts(more)], limits)
      assert.deepEqual([found?.how, found?.why], [how, why])
    })
  }

  for (const [title, more] of [
    ['at its trigger', { dead: 20_050, inserted: 21_000, modified: 10_050, freezeRatio: 0.749 }],
    ['when it is small', { dead: 999, vacuumAt: 50, modified: 999, analyzeAt: 50, isAnalyzed: false }],
    ['when somebody is at it', { dead: 1e9, isUnderWay: true }],
    ['for inserts, where they bring no vacuum', { inserted: 1e9, insertAt: null }],
    ['as a whole, when it is analyzed', { isPartitioned: true, dead: 1e9, freezeRatio: 2 }],
  ] as const) {
    it(`not ${title}`, () => assert.deepEqual(careNeeded([facts(more)], limits), []))
  }

  it('the worst first, and a freeze that is due before all', () => {
    const tables = [
      facts({ table: 'bad', dead: 41_000 }),
      facts({ table: 'worse', dead: 2_000_000 }),
      facts({ table: 'freeze', freezeRatio: 1 }),
      facts({ table: 'soon', freezeRatio: 0.8 }),
    ]
    assert.deepEqual(
      careNeeded(tables, limits).map(({ facts }) => facts.table),
      ['freeze', 'worse', 'bad', 'soon'],
    )
  })

  it('no more with fewer dead rows, changes and transactions', () => {
    const count = fc.integer({ min: 0, max: 1e7 })
    fc.assert(
      fc.property(
        count,
        count,
        fc.double({ min: 0, max: 2, noNaN: true }),
        fc.boolean(),
        (dead, modified, age, isAnalyzed) => {
          const urgency = (share: number): number =>
            careNeeded(
              [facts({ dead: dead * share, modified: modified * share, freezeRatio: age * share, isAnalyzed })],
              limits,
            )[0]?.urgency ?? 0
          assert.ok(urgency(0.5) <= urgency(1))
        },
      ),
    )
  })
})
