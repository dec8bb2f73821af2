import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { archiveTorture } from '../support/archive-torture.ts'

/** All of it: npm run torture -- archive --runs 50 */
const runs = 4

describe('an archive of old rows that is killed with -9 at any moment', () => {
  it('loses no row and doubles none, in tables and in Parquet files', async (t) => {
    const { kills, inTransaction, moved, lost, doubled } = await archiveTorture({ runs, seed: 20_261_121 })
    t.diagnostic(`${kills} kills, ${inTransaction} within a transaction, ${moved} rows moved`)
    assert.deepEqual({ kills, lost, doubled }, { kills: runs, lost: [], doubled: [] })
    assert.ok(moved > 0)
  })
})
