import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { daemonTorture } from '../support/daemon-torture.ts'

/** All of it: npm run torture -- daemon --runs 200 */
const runs = 8

describe('a daemon that is killed with -9 between what it decided and its delivery', () => {
  it('loses no alert, and tells no trouble twice, over its restarts', async (t) => {
    const { kills, decided, lost, doubled, resent } = await daemonTorture({ runs, seed: 20_261_121 })
    t.diagnostic(`${kills} kills, ${decided} decided, ${resent} messages came again under their own id`)
    assert.deepEqual({ kills, lost, doubled }, { kills: runs, lost: [], doubled: [] })
    assert.ok(decided > 0)
  })
})
