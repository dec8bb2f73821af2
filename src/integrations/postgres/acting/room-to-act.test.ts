import assert from 'node:assert/strict'
import { it } from 'node:test'
import { obstacle, type Traffic } from './room-to-act.ts'

const limits = { replicationLag: 30_000, activeSessions: 25, patience: 300_000 }
const cases: readonly (readonly [Traffic, string | undefined])[] = [
  [{ active: 0, lagMs: 0 }, undefined],
  [{ active: 25, lagMs: 30_000 }, undefined],
  [{ active: 26, lagMs: 0 }, 'load'],
  [{ active: 0, lagMs: 30_001 }, 'lag'],
  [{ active: 26, lagMs: 30_001 }, 'lag'],
  [{ active: null, lagMs: 0 }, 'hidden'],
  [{ active: 0, lagMs: null }, 'hidden'],
]

it('there is room up to the limits, and none for who may not see', () => {
  for (const [traffic, why] of cases)
    assert.equal(obstacle(traffic, limits)?.params['why'], why, JSON.stringify(traffic))
})
