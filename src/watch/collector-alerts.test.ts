import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { CollectedPoint } from '../core/collector.ts'
import { afterCollect, collectorAlerts } from './collector-alerts.ts'

type Look = 'nothing' | 'down' | number

const at = new Date('2026-11-21T10:00:00Z')

function play(looks: readonly Look[], from = collectorAlerts()): string[] {
  let known = from
  let ids = 0
  return looks.flatMap((look, index) => {
    const points: CollectedPoint[] | undefined =
      typeof look === 'number' ? [{ name: 'vigie_dropped_series', value: look }] : undefined
    const about = { system: 'Shop', collector: 'api/metrics', component: 'api', at, remedy: undefined }
    const seen = { ...about, points, reason: 'no answer', isDown: look === 'down' }
    const { next, changed } = afterCollect(known, seen, () => `a${++ids}`)
    known = next
    return changed.map(({ key, state }) => `${index} ${state} ${key.split(' ').at(-1)}`)
  })
}

describe('a collector', () => {
  const rows: readonly (readonly [what: string, looks: readonly Look[], told: readonly string[]])[] = [
    [
      'that never gave anything is told once, until it gives',
      [...Array(9).fill('nothing'), 0, 'nothing'],
      ['2 firing blind', '9 resolved blind'],
    ],
    ['that fails twice at its start is not told', ['nothing', 'nothing', 0, 'nothing', 'nothing', 'nothing'], []],
    ['that gave something is left to the alerts about missing data', [0, ...Array(9).fill('nothing')], []],
    [
      'of a component that is down is not told, and is when it stays blind after that',
      [...Array(9).fill('down'), 'nothing', 'nothing', 'nothing'],
      ['11 firing blind'],
    ],
    ['that leaves series out is told once, over failed looks', [5, 5, 'nothing', 5, 7, 7], ['3 firing dropped']],
    [
      'that leaves none out again is over after three looks',
      [5, 5, 5, 0, 0, 5, 0, 0, 0],
      ['2 firing dropped', '8 resolved dropped'],
    ],
    ['that leaves some out now and then is not told', [5, 5, 0, 5, 5, 0], []],
  ]
  for (const [what, looks, told] of rows) it(what, () => assert.deepEqual(play(looks), told))

  it('that was told before a restart is not told again, and its end is', () => {
    let known = collectorAlerts()
    for (let look = 0; look < 3; look++) {
      const about = { system: 'Shop', collector: 'api/metrics', component: 'api', at, remedy: undefined }
      const failed = { ...about, points: undefined, reason: '', isDown: false }
      known = afterCollect(known, failed, () => 'a').next
    }
    assert.equal(known.open.size, 1)
    const restored = collectorAlerts([...known.open.values()])
    assert.deepEqual(play([...Array(5).fill('nothing'), 0], restored), ['5 resolved blind'])
  })
})
