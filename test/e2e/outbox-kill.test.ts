import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { outboxTorture } from '../support/outbox-torture.ts'

/** Two states side by side, a hundred kills each: most of a life is the start of a process. */
const seeds = [20_261_121, 20_261_122]
const runs = 100

describe('a process that is killed with -9 while it decides and tells', () => {
  it('loses no alert and tells none twice, at 200 moments of its work', async (t) => {
    const results = await Promise.all(seeds.map((seed) => outboxTorture({ runs, seed })))
    for (const [index, { kills, decided, lost, doubled, resent }] of results.entries()) {
      const told = `${decided} decided, ${lost.length} lost, ${doubled.length} doubled, ${resent} came again under their own id`
      t.diagnostic(`seed ${seeds[index]}: ${kills} kills, ${told}`)
    }
    assert.deepEqual(
      results.map(({ kills, lost, doubled }) => ({ kills, lost, doubled })),
      seeds.map(() => ({ kills: runs, lost: [], doubled: [] })),
    )
    assert.ok(
      results.some(({ resent }) => resent > 0),
      'some kills fall between a delivery and its being written down',
    )
  })
})
