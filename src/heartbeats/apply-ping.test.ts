import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { HeartbeatRow, PingRow } from '../store/watch-store.ts'
import { applyPing, type ReceivedPing } from './apply-ping.ts'

type Step = Partial<ReceivedPing> & Pick<ReceivedPing, 'kind'> & { readonly s?: number }

/** Plays pings one after the other, each a second later unless it says when. */
function play(...steps: readonly Step[]): { readonly state: HeartbeatRow; readonly pings: readonly PingRow[] } {
  let state: HeartbeatRow | undefined
  const pings: PingRow[] = []
  for (const [index, { s = index, ...step }] of steps.entries()) {
    const at = new Date(Date.UTC(2026, 0, 5) + s * 1000)
    const given = { exitCode: undefined, runId: undefined, source: '127.0.0.1', body: undefined, ...step }
    const applied = applyPing({ system: 'shop', heartbeat: 'nightly', at, ...given }, state, pings)
    state = applied.state
    pings.unshift(applied.ping)
  }
  assert.ok(state)
  return { state, pings }
}

const start = (runId?: string, s?: number): Step => ({ kind: 'start', runId, ...(s !== undefined && { s }) })
const success = (runId?: string, s?: number): Step => ({ kind: 'success', runId, ...(s !== undefined && { s }) })

describe('a ping', () => {
  const table: readonly (readonly [string, readonly Step[], Partial<HeartbeatRow>])[] = [
    ['a success', [success()], { status: 'up', lastExitCode: 0, lastDurationMs: undefined }],
    ['a start', [start()], { status: 'started', lastSuccessAt: undefined }],
    ['a start and its success', [start(), success()], { status: 'up', lastDurationMs: 1000 }],
    ['a failure', [success(), { kind: 'fail' }], { status: 'failed', lastExitCode: undefined }],
    ['an exit code', [start(), { kind: 'fail', exitCode: 137 }], { status: 'failed', lastExitCode: 137 }],
    ['a log line', [{ kind: 'log' }], { status: 'new', lastSuccessAt: undefined }],
    ['a log line in a run', [start(), { kind: 'log' }, success()], { status: 'up', lastDurationMs: 2000 }],
    ['a start after a failure', [{ kind: 'fail' }, start()], { status: 'failed' }],
    ['a success after a failure', [{ kind: 'fail' }, start(), success()], { status: 'up', lastDurationMs: 1000 }],
    [
      'runs that overlap',
      [start('a'), start('b'), success('b')],
      { status: 'up', lastRunId: 'b', lastDurationMs: 1000 },
    ],
    [
      'the end of another run than the one that goes on',
      [start('a'), start('b'), success('a')],
      { status: 'started', lastRunId: 'b', lastDurationMs: 2000 },
    ],
    ['an end whose start nobody saw', [success('x')], { status: 'up', lastDurationMs: undefined, lastRunId: 'x' }],
    ['a second end of one run', [start(), success(), success()], { status: 'up', lastDurationMs: undefined }],
    ['a duration that its sender measured', [start(), { ...success(), durationMs: 7 }], { lastDurationMs: 7 }],
    [
      'a clock that stepped back in a run',
      [start('a', 60), success('a', 0)],
      { status: 'up', lastDurationMs: undefined },
    ],
  ]
  for (const [what, steps, expected] of table) {
    it(`tells of ${what}`, () => {
      const { state } = play(...steps)
      assert.deepEqual(
        Object.fromEntries(Object.keys(expected).map((key) => [key, state[key as keyof HeartbeatRow]])),
        expected,
      )
    })
  }

  it('after a clock that stepped back is the newest all the same', () => {
    const { state } = play(success(undefined, 100), success(undefined, 5))
    assert.equal(state.lastSuccessAt?.getTime(), Date.UTC(2026, 0, 5) + 5000)
  })

  it('of any order leaves failed exactly when the last end was a failure, and the duration of its own run', () => {
    const run = fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined })
    const kind = fc.constantFrom('start' as const, 'success' as const, 'fail' as const, 'log' as const)
    fc.assert(
      fc.property(fc.array(fc.record({ kind, runId: run }), { minLength: 1, maxLength: 30 }), (steps) => {
        const { state, pings } = play(...steps)
        const lastEnd = pings.find((ping) => ping.kind === 'success' || ping.kind === 'fail')
        assert.equal(state.status === 'failed', lastEnd?.kind === 'fail')
        assert.equal(state.lastDurationMs, lastEnd?.durationMs)
        assert.deepEqual(state.lastPingAt, pings[0]?.at)
        assert.deepEqual(state.lastSuccessAt, pings.find((ping) => ping.kind === 'success')?.at)
        assert.deepEqual(state.lastStartAt, pings.find((ping) => ping.kind === 'start')?.at)
        for (const [index, ping] of pings.entries()) {
          if (ping.durationMs === undefined) continue
          const startedAt = ping.at.getTime() - ping.durationMs
          const begun = pings.slice(index).find((one) => one.kind === 'start' && one.at.getTime() === startedAt)
          assert.equal(begun?.runId, ping.runId)
        }
      }),
    )
  })
})
