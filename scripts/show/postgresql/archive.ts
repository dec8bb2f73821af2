import assert from 'node:assert/strict'
import { archiveTorture } from '../../../test/support/archive-torture.ts'
import { step, tell } from '../parts/program.ts'

const runs = 50
const seed = 1

/** Old rows move into a table and into files while the process that moves them is killed 50 times. */
export async function archive(): Promise<void> {
  step(`npm run torture -- archive --runs ${runs} --seed ${seed}: kill -9 while old rows are moved`)
  const { kills, inTransaction, moved, rows, lost, doubled } = await archiveTorture({ runs, seed })
  tell(`${kills} kills, ${inTransaction} of them within a transaction; ${moved} of ${rows} rows were moved`)
  tell(`lost: ${lost.length}, doubled: ${doubled.length}; every row stands once, as it was`)
  assert.deepEqual({ kills, lost, doubled }, { kills: runs, lost: [], doubled: [] })
  assert.ok(moved > 0)
}
