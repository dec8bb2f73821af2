import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Alert } from '../core/alert.ts'
import { heartbeatAlerts } from './heartbeat-alerts.ts'

const now = new Date('2026-11-21T03:00:00Z')

function play(statuses: readonly string[]): string[] {
  let open: readonly Alert[] = []
  let made = 0
  return statuses.flatMap((status, index) => {
    const judged = status === 'removed' ? [] : [{ name: 'nightly', status, dueAt: now, severity: 'high' as const }]
    const changed = heartbeatAlerts('S', judged, open, now, () => `a${++made}`)
    open = [...open.filter(({ id }) => !changed.some((one) => one.id === id)), ...changed].filter(
      ({ state }) => state === 'firing',
    )
    return changed.map(({ state }) => `${index} ${state}`)
  })
}

describe('the alerts of heartbeats', () => {
  const rows: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    [
      'begin when a ping is missing, and end with the next',
      ['up', 'late', 'missing', 'missing', 'up'],
      ['2 firing', '4 resolved'],
    ],
    ['begin at once with a failure', ['up', 'failed', 'up'], ['1 firing', '2 resolved']],
    ['are one while the reason changes', ['started-too-long', 'missing', 'failed'], ['0 firing']],
    ['do not end within the grace', ['failed', 'late', 'up'], ['0 firing', '2 resolved']],
    ['end when the heartbeat leaves the config', ['missing', 'removed'], ['0 firing', '1 resolved']],
    ['are none for one that is new', ['new', 'new'], []],
  ]
  for (const [what, statuses, expected] of rows) it(what, () => assert.deepEqual(play(statuses), expected))
})
