import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { backupTorture } from '../support/backup-torture.ts'

/** All of it: npm run torture -- backup --runs 100 */
const runs = 4

describe('backups, prunes, restores and drills that are killed with -9 at any moment', () => {
  it('leave every backup that was good as good as it was, and call none good that is not', async (t) => {
    const { kills, killedIn, good, lost } = await backupTorture({ runs, seed: 20_261_121 })
    t.diagnostic(`${kills} kills, ${JSON.stringify(killedIn)}, ${good} good backups`)
    assert.deepEqual(lost, [])
    assert.ok(kills > 0 && good >= 3)
  })
})
