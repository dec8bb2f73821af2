import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { Delivery } from '../core/channel.ts'
import type { MessageRow } from '../store/watch-store.ts'
import { afterAttempt, backoffMs, failingGroupMs, groupMs, longestWaitMs, mayGather } from './policy.ts'

const start = new Date('2026-11-21T10:00:00Z')
const after = (ms: number): Date => new Date(start.getTime() + ms)
const hour = 3_600_000
const reason = { code: 'notify.broke', params: {} }
const refused = (isRetryable: boolean): Delivery => ({ status: 'refused', reason, isRetryable })
const message = (changes: Partial<MessageRow> = {}): MessageRow => ({
  id: 'm1',
  system: 's',
  channel: 'team',
  kind: 'alerts',
  at: start,
  state: 'waiting',
  attempts: 0,
  nextAttemptAt: start,
  lastError: undefined,
  deliveredAt: undefined,
  fallbackOf: undefined,
  items: [],
  ...changes,
})

describe('what may leave now', () => {
  const table: readonly (readonly [string, Date | undefined, Date, boolean, boolean])[] = [
    ['the first of a channel, at once', undefined, start, false, true],
    ['nothing more within 30 s', start, after(groupMs - 1), false, false],
    ['the rest at 30 s', start, after(groupMs), false, true],
    ['nothing to a failing channel at 30 s', start, after(groupMs), true, false],
    ['what gathered for a failing channel, after its longer time', start, after(failingGroupMs), true, true],
    ['at once when the clock stepped back', after(hour), start, false, true],
  ]
  for (const [title, gatheredAt, now, isFailing, expected] of table) {
    it(`is ${title}`, () => assert.equal(mayGather(gatheredAt, now, isFailing), expected))
  }
})

describe('the time to the next attempt', () => {
  it('doubles from 5 s up to 10 min', () => {
    const waits = [1, 2, 3, 4, 8, 9, 50].map((attempts) => backoffMs(attempts, 0.5) / 1000)
    assert.deepEqual(waits, [5, 10, 20, 40, 600, 600, 600])
  })

  it('is spread by a fifth, is never longer than an hour, and heeds what was asked for', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(),
        (n, random, ask) => {
          const middle = Math.min(5000 * 2 ** (n - 1), 600_000)
          const own = backoffMs(n, random)
          assert.ok(own >= middle * 0.8 - 1 && own <= middle * 1.2 + 1)
          const asked = backoffMs(n, random, ask)
          assert.ok(asked >= Math.min(ask, longestWaitMs) && asked >= own && asked <= longestWaitMs)
        },
      ),
    )
  })
})

describe('what follows from an attempt', () => {
  it('is delivered', () => {
    const { end, isFailing } = afterAttempt(message({ attempts: 2 }), { status: 'delivered' }, after(9), 0.5)
    assert.deepEqual([end.state, end.attempts, end.deliveredAt, isFailing], ['delivered', 3, after(9), false])
  })

  it('is another attempt, with the fallback from the third on', () => {
    const looks = [0, 1, 2, 3].map((attempts) => afterAttempt(message({ attempts }), refused(true), after(9), 0.5))
    assert.deepEqual(
      looks.map(({ end, isFailing }) => [end.state, end.nextAttemptAt.getTime() - after(9).getTime(), isFailing]),
      [
        ['waiting', 5000, false],
        ['waiting', 10_000, false],
        ['waiting', 20_000, true],
        ['waiting', 40_000, true],
      ],
    )
    assert.equal(looks[0]?.end.lastError, reason)
  })

  it('is the end, and the fallback at once, when trying again cannot help', () => {
    const { end, isFailing } = afterAttempt(message(), refused(false), after(9), 0.5)
    assert.deepEqual([end.state, isFailing], ['given-up', true])
  })

  it('is patience for a day and more, but for a test only as long as somebody waits', () => {
    const state = (kind: MessageRow['kind'], ms: number, attempts = 99): string =>
      afterAttempt(message({ kind, attempts }), refused(true), after(ms), 0.5).end.state
    assert.equal(state('alerts', 47 * hour), 'waiting')
    assert.equal(state('alerts', 48 * hour), 'given-up')
    assert.equal(state('canary', 23 * hour), 'waiting')
    assert.equal(state('canary', 24 * hour), 'given-up')
    assert.equal(state('test', hour), 'given-up')
    assert.equal(state('alerts', 99 * hour, 0), 'waiting', 'a clock that stepped forward gives nothing up')
  })

  it('never ends an alert whose channel comes back within a day', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 24 * hour }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (outage, random) => {
          let now = start
          let row = message()
          for (;;) {
            const isBack = now.getTime() - start.getTime() >= outage
            const { end } = afterAttempt(row, isBack ? { status: 'delivered' } : refused(true), now, random)
            row = { ...row, ...end }
            assert.notEqual(row.state, 'given-up')
            if (row.state === 'delivered') break
            now = row.nextAttemptAt
          }
          assert.ok(now.getTime() - start.getTime() - outage <= 720_000, 'told within 12 min of its return')
        },
      ),
      { numRuns: 50 },
    )
  })
})
