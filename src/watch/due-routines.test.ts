import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { openingAt } from '../config/maintenance-window.ts'
import { dueRoutines, type Scheduled } from './due-routines.ts'

const since = new Date('2026-11-20T00:00:00Z')
const daily = (more: Partial<Scheduled> = {}): Scheduled => ({
  name: 'daily',
  at: '07:30',
  missed: 'once',
  lastStartAt: undefined,
  ...more,
})
const due = (routine: Scheduled, now: string, told = new Map<string, Date>()): string[] =>
  dueRoutines([routine], 'Europe/Paris', since, new Date(now), told).map((one) =>
    one.what === 'run'
      ? `run ${one.dueAt.toISOString()}${one.isLate ? ' late' : ''}`
      : `missed ${one.dueAt.toISOString()}`,
  )

describe('the routines that are due', () => {
  const rows: readonly (readonly [string, Scheduled, string, readonly string[]])[] = [
    ['none before its time', daily(), '2026-11-20T06:29:59Z', []],
    ['at its time', daily(), '2026-11-20T06:30:00Z', ['run 2026-11-20T06:30:00.000Z']],
    [
      'once, late, when Vigie was down for days',
      daily({ lastStartAt: since }),
      '2026-11-24T12:00:00Z',
      ['run 2026-11-20T06:30:00.000Z late'],
    ],
    [
      'told when it is not to be caught up',
      daily({ missed: 'skip', lastStartAt: since }),
      '2026-11-24T12:00:00Z',
      ['missed 2026-11-24T06:30:00.000Z'],
    ],
    [
      'done in time after missed ones that are not caught up',
      daily({ missed: 'skip', lastStartAt: since }),
      '2026-11-24T06:30:20Z',
      ['run 2026-11-24T06:30:00.000Z'],
    ],
    ['not again after it ran', daily({ lastStartAt: new Date('2026-11-20T06:30:01Z') }), '2026-11-20T23:00:00Z', []],
    [
      'not again when the clock steps back behind its start',
      daily({ lastStartAt: new Date('2026-11-20T06:30:01Z') }),
      '2026-11-20T06:30:00Z',
      [],
    ],
    [
      'once on the day that the clocks go back over it',
      daily({ at: '02:30', lastStartAt: new Date('2026-10-25T00:30:01Z') }),
      '2026-10-25T01:31:00Z',
      [],
    ],
  ]
  const night = { name: 'night', at: 'sat 02:00', forMs: 7_200_000, components: undefined }
  const waiting = (more: Partial<Scheduled> = {}): Scheduled => daily({ window: night, lastStartAt: since, ...more })
  const ofWindow: typeof rows = [
    ['none while its window is shut', waiting(), '2026-11-20T12:00:00Z', []],
    [
      'when its window opens, late, what came due while it was shut',
      waiting(),
      '2026-11-21T01:00:00Z',
      ['run 2026-11-20T06:30:00.000Z late'],
    ],
    [
      'none when it is not done before its window shuts: the next one counts',
      waiting({ lastStartAt: new Date('2026-11-21T01:00:00Z') }),
      '2026-11-23T12:00:00Z',
      [],
    ],
    [
      'told when its window is shut and it is not to be caught up',
      waiting({ missed: 'skip' }),
      '2026-11-20T12:00:00Z',
      ['missed 2026-11-20T06:30:00.000Z'],
    ],
    [
      'at its time within its window',
      waiting({ at: 'sat 02:00' }),
      '2026-11-21T01:00:05Z',
      ['run 2026-11-21T01:00:00.000Z'],
    ],
    [
      'within its window, when it is not to be caught up',
      waiting({ at: '02:30', missed: 'skip' }),
      '2026-11-21T01:30:05Z',
      ['run 2026-11-21T01:30:00.000Z'],
    ],
    [
      'late within its window, when Vigie was down at its time',
      waiting({ at: 'sat 02:00' }),
      '2026-11-21T02:59:59Z',
      ['run 2026-11-21T01:00:00.000Z late'],
    ],
    ['none at the end of its window', waiting({ at: 'sat 02:00' }), '2026-11-21T03:00:00Z', []],
  ]
  const shifted = daily({ jitter: { mostMs: 3_600_000, share: 0.5 }, lastStartAt: since })
  const ofJitter: typeof rows = [
    ['none before its share of the jitter', shifted, '2026-11-20T06:59:59Z', []],
    ['after its share of the jitter, in time', shifted, '2026-11-20T07:00:00Z', ['run 2026-11-20T06:30:00.000Z']],
    [
      'in time with its jitter, when it is not to be caught up',
      { ...shifted, missed: 'skip' },
      '2026-11-20T07:00:30Z',
      ['run 2026-11-20T06:30:00.000Z'],
    ],
    [
      'told as missed after its jitter',
      { ...shifted, missed: 'skip' },
      '2026-11-20T07:02:00Z',
      ['missed 2026-11-20T06:30:00.000Z'],
    ],
    [
      'a quarter of the way to the next one at most',
      daily({ at: '0 * * * *', jitter: { mostMs: 3_600_000, share: 0.8 }, lastStartAt: since }),
      '2026-11-20T01:12:00Z',
      ['run 2026-11-20T01:00:00.000Z'],
    ],
  ]
  for (const [what, routine, now, expected] of [...rows, ...ofWindow, ...ofJitter])
    it(what, () => assert.deepEqual(due(routine, now), expected))

  it('tells a missed time once', () => {
    const routine = daily({ missed: 'skip', lastStartAt: since })
    const told = new Map([['daily', new Date('2026-11-24T06:30:00Z')]])
    assert.deepEqual(due(routine, '2026-11-24T12:00:00Z', told), [])
  })

  it('begin only while their window is open, each time once, whatever the pauses and the jitter', () => {
    const pause = fc.integer({ min: 1, max: 20 * 3_600_000 })
    const window = { name: 'night', at: '02:30', forMs: 3 * 3_600_000, components: undefined }
    const jitter = fc.record({
      mostMs: fc.integer({ min: 0, max: 3_600_000 }),
      share: fc.double({ min: 0, max: 0.99, noNaN: true }),
    })
    const beginning = fc.constantFrom(new Date('2026-03-27T00:00:00Z'), new Date('2026-10-23T00:00:00Z'))
    fc.assert(
      fc.property(fc.array(pause, { minLength: 1, maxLength: 40 }), jitter, beginning, (pauses, own, from) => {
        let now = from.getTime()
        let lastStartAt: Date = from
        const nights = new Set<string>()
        for (const ms of pauses) {
          now += ms
          const routine = daily({ at: '02:30', lastStartAt, window, jitter: own })
          for (const one of dueRoutines([routine], 'Europe/Paris', from, new Date(now), new Map())) {
            const opening = openingAt(window, 'Europe/Paris', new Date(now))
            assert.ok(one.what === 'run' && opening !== undefined)
            const night = opening.startsAt.toISOString()
            assert.ok(!nights.has(night), 'one window, two runs')
            nights.add(night)
            lastStartAt = new Date(now)
          }
        }
      }),
    )
  })

  it('runs once for each time when it is asked often, whatever the pauses', () => {
    const pause = fc.integer({ min: 1, max: 3 * 86_400_000 })
    fc.assert(
      fc.property(fc.array(pause, { minLength: 1, maxLength: 40 }), (pauses) => {
        let now = since.getTime()
        let lastStartAt: Date | undefined
        const dues = new Set<number>()
        for (const ms of pauses) {
          now += ms
          for (const one of dueRoutines([daily({ lastStartAt })], 'Europe/Paris', since, new Date(now), new Map())) {
            assert.equal(one.what, 'run')
            assert.ok(!dues.has(one.dueAt.getTime()), 'one time, two runs')
            dues.add(one.dueAt.getTime())
            lastStartAt = new Date(now)
          }
        }
      }),
    )
  })
})
