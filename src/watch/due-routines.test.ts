import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
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
  for (const [what, routine, now, expected] of rows) it(what, () => assert.deepEqual(due(routine, now), expected))

  it('tells a missed time once', () => {
    const routine = daily({ missed: 'skip', lastStartAt: since })
    const told = new Map([['daily', new Date('2026-11-24T06:30:00Z')]])
    assert.deepEqual(due(routine, '2026-11-24T12:00:00Z', told), [])
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
