import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { doesMeetItself, nextOpening, type Opening, openingAt } from './maintenance-window.ts'

const [minute, hour, day] = [60_000, 3_600_000, 86_400_000]
const zones = ['Europe/Paris', 'America/New_York', 'Australia/Lord_Howe', 'UTC'] as const
const iso = (date: Date | undefined): string | undefined => date?.toISOString()

describe('a maintenance window', () => {
  const sunday = { at: 'sun 02:00', forMs: 2 * hour }
  const rows: readonly (readonly [string, string, boolean])[] = [
    ['before it opens', '2026-11-22T00:59:59.999Z', false],
    ['when it opens', '2026-11-22T01:00:00Z', true],
    ['until its end', '2026-11-22T02:59:59.999Z', true],
    ['at its end', '2026-11-22T03:00:00Z', false],
    ['on another day', '2026-11-23T01:30:00Z', false],
  ]
  for (const [what, at, isOpen] of rows) {
    it(`is ${isOpen ? 'open' : 'shut'} ${what}`, () => {
      assert.equal(openingAt(sunday, 'Europe/Paris', new Date(at)) !== undefined, isOpen)
    })
  }

  it('lasts as long as it says on the night that is an hour short, and on the one that is an hour longer', () => {
    // On 29 March 02:30 is skipped: it opens at 03:30, as long after midnight as ever.
    const spring = openingAt({ at: '02:30', forMs: hour }, 'Europe/Paris', new Date('2026-03-29T01:45:00Z'))
    assert.deepEqual(
      [iso(spring?.startsAt), iso(spring?.endsAt)],
      ['2026-03-29T01:30:00.000Z', '2026-03-29T02:30:00.000Z'],
    )
    // On 25 October 02:30 comes twice: it opens at the first.
    const night = { at: '02:30', forMs: hour }
    const autumn = openingAt(night, 'Europe/Paris', new Date('2026-10-25T01:29:00Z'))
    assert.deepEqual(
      [iso(autumn?.startsAt), iso(autumn?.endsAt)],
      ['2026-10-25T00:30:00.000Z', '2026-10-25T01:30:00.000Z'],
    )
    assert.equal(openingAt(night, 'Europe/Paris', new Date('2026-10-25T01:31:00Z')), undefined)
    assert.equal(
      iso(nextOpening(night, 'Europe/Paris', new Date('2026-10-25T00:30:00Z'))?.startsAt),
      '2026-10-26T01:30:00.000Z',
    )
  })

  it('opens once a day, the days on which the clocks change included, and is open exactly in between', () => {
    const start = fc.date({ min: new Date('2026-01-01'), max: new Date('2026-12-01'), noInvalidDate: true })
    const time = fc.tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
    const length = fc.integer({ min: 1, max: 22 * 60 })
    const isCron = fc.boolean()
    fc.assert(
      fc.property(start, time, length, fc.constantFrom(...zones), isCron, (from, [h, m], minutes, zone, asCron) => {
        const at = asCron ? `${m} ${h} * * *` : `${h}:${String(m).padStart(2, '0')}`
        const window = { at, forMs: minutes * minute }
        const openings: Opening[] = []
        for (let after = from; openings.length < 5; ) {
          const next = nextOpening(window, zone, after)
          assert.ok(next !== undefined && next.startsAt > after)
          openings.push(next)
          after = next.startsAt
        }
        for (const [index, { startsAt, endsAt }] of openings.entries()) {
          assert.equal(endsAt.getTime() - startsAt.getTime(), window.forMs)
          const before = openings[index - 1]
          const gap = before === undefined ? day : startsAt.getTime() - before.startsAt.getTime()
          assert.ok(gap >= 23 * hour && gap <= 25 * hour, `${gap / hour} h from one to the next`)
          const edges = [
            [startsAt.getTime() - 1, before !== undefined && startsAt.getTime() - 1 < before.endsAt.getTime()],
            [startsAt.getTime(), true],
            [endsAt.getTime() - 1, true],
            [endsAt.getTime(), false],
          ] as const
          for (const [ms, isOpen] of edges) {
            assert.equal(openingAt(window, zone, new Date(ms)) !== undefined, isOpen, new Date(ms).toISOString())
          }
          assert.deepEqual(openingAt(window, zone, new Date(endsAt.getTime() - 1)), { startsAt, endsAt })
        }
      }),
    )
  })

  it('that opens again before it has shut is known as such', () => {
    const of = (at: string, forMs: number): boolean =>
      doesMeetItself({ at, forMs }, 'Europe/Paris', new Date('2026-01-01T00:00:00Z'))
    assert.equal(of('02:00', 22 * hour), false)
    assert.equal(of('02:00', 23 * hour), true, 'the night of 29 March is 23 h from the one before')
    assert.equal(of('*/15 * * * *', 15 * minute), true)
    assert.equal(of('*/15 * * * *', 14 * minute), false)
    assert.equal(of('0 2,3 * * *', hour), true)
  })
})
