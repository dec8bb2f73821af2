import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { nextDate } from '../config/schedule.ts'
import type { HeartbeatRow } from '../store/watch-store.ts'
import type { Rhythm } from './heartbeat.ts'
import { judgeHeartbeat } from './judge-heartbeat.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
const daily: Rhythm = { everyMs: day }
const base = Date.UTC(2026, 2, 10, 12)
const at = (ms: number): Date => new Date(base + ms)

const known = (changes: Partial<HeartbeatRow> = {}): HeartbeatRow => ({
  system: 'shop',
  name: 'nightly',
  status: 'up',
  lastPingAt: at(0),
  lastStartAt: undefined,
  lastSuccessAt: at(0),
  lastRunId: undefined,
  lastDurationMs: undefined,
  lastExitCode: undefined,
  ...changes,
})
const started = (ms: number, changes: Partial<HeartbeatRow> = {}): HeartbeatRow =>
  known({ status: 'started', lastStartAt: at(ms), ...changes })

const judge = (rhythm: Rhythm, state: HeartbeatRow | undefined, now: Date, graceMs = 30 * minute, knownSince = at(0)) =>
  judgeHeartbeat({ rhythm, graceMs }, { state, knownSince }, now)

describe('a heartbeat', () => {
  const noSuccess = { lastSuccessAt: undefined }
  const table: readonly (readonly [what: string, state: HeartbeatRow | undefined, ms: number, status: string])[] = [
    ['just after a success', known(), 1, 'up'],
    ['to the end of its period', known(), day, 'up'],
    ['a moment after its period', known(), day + 1, 'late'],
    ['to the end of the grace', known(), day + 30 * minute, 'late'],
    ['after the grace', known(), day + 30 * minute + 1, 'missing'],
    ['that never came, until it is due', undefined, day, 'new'],
    ['that never came, in its grace', undefined, day + minute, 'late'],
    ['that never came at all', undefined, day + 31 * minute, 'missing'],
    ['that only logged', known({ status: 'new', ...noSuccess }), 2 * day, 'missing'],
    ['that failed, at once', known({ status: 'failed', lastPingAt: at(5), lastExitCode: 1 }), 5, 'failed'],
    ['that failed, for as long as no success comes', known({ status: 'failed' }), 30 * day, 'failed'],
    ['that failed as its first sign', known({ status: 'failed', ...noSuccess }), 1, 'failed'],
    ['whose run goes on', started(hour), hour + 30 * minute, 'up'],
    ['whose run goes on for longer than the grace', started(hour), hour + 30 * minute + 1, 'started-too-long'],
    ['whose first run ever goes on', started(hour, noSuccess), hour + minute, 'new'],
    ['whose first run ever hangs', started(hour, noSuccess), 2 * hour, 'started-too-long'],
    ['that starts again and again without an end', started(day + 29 * minute), day + 31 * minute, 'missing'],
    ['that was started early and hangs, when it is missing as well', started(hour), 3 * day, 'started-too-long'],
  ]
  for (const [what, state, ms, status] of table) {
    it(`${what} is ${status}`, () => assert.equal(judge(daily, state, at(ms)).status, status))
  }

  it('tells since when it is an alarm, and when its success was due', () => {
    assert.deepEqual(judge(daily, known(), at(2 * day)), {
      status: 'missing',
      dueAt: at(day),
      since: at(day + 30 * minute),
    })
    assert.deepEqual(judge(daily, started(hour), at(2 * hour)).since, at(hour + 30 * minute))
    assert.equal(judge(daily, known(), at(day + 1)).since, undefined)
  })

  it('is up, then late, then missing and never goes back by itself as time passes', () => {
    const order = ['up', 'late', 'missing']
    const span = fc.integer({ min: 1000, max: 400 * day })
    fc.assert(
      fc.property(span, span, fc.array(fc.integer({ min: 0, max: 900 * day })), (everyMs, graceMs, times) => {
        const seen = times
          .toSorted((a, b) => a - b)
          .map((ms) => order.indexOf(judge({ everyMs }, known(), at(ms), graceMs).status))
        assert.ok(!seen.includes(-1))
        assert.deepEqual(seen, seen.toSorted())
      }),
    )
  })

  it('is never well at any time that is later than one period and the grace, whatever its last success', () => {
    const span = fc.integer({ min: 1000, max: 400 * day })
    const any = fc.integer({ min: -4000 * day, max: 4000 * day })
    fc.assert(
      fc.property(span, span, any, any, (everyMs, graceMs, success, now) => {
        const { status } = judge({ everyMs }, known({ lastSuccessAt: at(success) }), at(now), graceMs)
        const ageMs = now - success
        assert.equal(status === 'missing', ageMs > everyMs + graceMs || -ageMs >= everyMs)
      }),
    )
  })
})

describe('a heartbeat after the clock stepped', () => {
  it('back by less than a period is as well as before', () => {
    assert.equal(judge(daily, known(), at(-hour)).status, 'up')
    assert.equal(judge(daily, started(0), at(-10 * minute)).status, 'up')
  })
  it('back by more cannot be believed: an alarm at once instead of a silence of years', () => {
    assert.equal(judge(daily, known(), at(-365 * day)).status, 'missing')
    assert.equal(judge(daily, undefined, at(-365 * day)).status, 'missing')
    assert.equal(judge({ at: '02:00', timezone: 'UTC' }, known(), at(-3 * day)).status, 'missing')
    assert.equal(judge(daily, started(5 * hour), at(hour)).status, 'started-too-long')
  })
  it('forward is missing, and up again with the next success', () => {
    assert.equal(judge(daily, known(), at(40 * day)).status, 'missing')
    assert.equal(judge(daily, known({ lastSuccessAt: at(40 * day) }), at(40 * day + 1)).status, 'up')
  })
})

describe('a heartbeat on a schedule', () => {
  const nightly: Rhythm = { at: '0 2 * * *', timezone: 'Europe/Paris' }
  const status = (rhythm: Rhythm, success: string, now: string): string =>
    judge(rhythm, known({ lastSuccessAt: new Date(success) }), new Date(now)).status

  it('is due at its next date where its clock stands, plain times and cron fields alike', () => {
    for (const at of ['0 2 * * *', '02:00']) {
      const paris: Rhythm = { at, timezone: 'Europe/Paris' }
      assert.equal(status(paris, '2026-01-10T01:05:00Z', '2026-01-11T01:00:00Z'), 'up')
      assert.equal(status(paris, '2026-01-10T01:05:00Z', '2026-01-11T01:00:01Z'), 'late')
      assert.equal(status(paris, '2026-01-10T01:05:00Z', '2026-01-11T01:30:01Z'), 'missing')
      assert.equal(status({ at, timezone: 'UTC' }, '2026-01-10T02:05:00Z', '2026-01-11T01:45:00Z'), 'up')
    }
  })
  it('may succeed a little before its time, since no two machines have the same', () => {
    assert.equal(status(nightly, '2026-01-10T00:59:58Z', '2026-01-10T03:00:00Z'), 'up')
    assert.equal(status(nightly, '2026-01-10T00:58:59Z', '2026-01-10T03:00:00Z'), 'missing')
  })
  it('is not missed in the night in which its hour does not exist, nor asked for twice when it comes twice', () => {
    // 2026-03-29: Paris goes from 02:00 to 03:00; 2026-10-25: from 03:00 back to 02:00.
    assert.equal(status(nightly, '2026-03-28T01:05:00Z', '2026-03-29T00:59:00Z'), 'up')
    assert.equal(status(nightly, '2026-03-28T01:05:00Z', '2026-03-29T01:31:00Z'), 'missing')
    assert.equal(status(nightly, '2026-03-29T01:05:00Z', '2026-03-29T23:59:00Z'), 'up')
    assert.equal(status(nightly, '2026-03-29T01:05:00Z', '2026-03-30T00:31:00Z'), 'missing')
    assert.equal(status(nightly, '2026-10-25T00:05:00Z', '2026-10-26T00:59:00Z'), 'up')
    assert.equal(status(nightly, '2026-10-25T00:05:00Z', '2026-10-26T01:31:00Z'), 'missing')
  })
  it('that always succeeds right after its time is always up, through every change of clocks', () => {
    const zones = fc.constantFrom('Europe/Paris', 'America/New_York', 'Pacific/Auckland', 'Australia/Lord_Howe', 'UTC')
    const times = fc.constantFrom('0 2 * * *', '02:30', '*/7 * * * *', 'mon 06:00', '30 2 29 3,10 *', '31 02:00')
    const start = fc.date({ min: new Date('2026-01-01'), max: new Date('2027-12-31'), noInvalidDate: true })
    fc.assert(
      fc.property(zones, times, start, fc.integer({ min: 61_000, max: 90_000 }), (timezone, at, from, ranMs) => {
        const rhythm: Rhythm = { at, timezone }
        let due = nextDate(at, timezone, from)
        for (let round = 0; round < 5 && due !== undefined; round++) {
          const success = new Date(due.getTime() + ranMs)
          const state = known({ lastSuccessAt: success })
          const { status, dueAt } = judge(rhythm, state, success)
          assert.equal(status, 'up')
          assert.ok(dueAt !== undefined && dueAt > success)
          assert.equal(judge(rhythm, state, dueAt).status, 'up')
          assert.equal(judge(rhythm, state, new Date(dueAt.getTime() + 30 * minute + 1)).status, 'missing')
          due = dueAt
        }
      }),
    )
  })
})
