import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { BackupRecord, BackupStatus } from '../../core/backup-record.ts'
import { byNewest, componentsOf, isGoodCopy, recordsById } from '../../core/good-copy.ts'
import { decideKeep, type KeepQuestion } from './keep.ts'
import { type KeepPolicy, keepPolicy, keepSchema } from './keep-schema.ts'

const dayMs = 86_400_000
const noon = Date.UTC(2026, 10, 21, 12)
const daysAgo = (days: number): Date => new Date(noon - days * dayMs)
const place = '/srv/backups'

interface Made {
  readonly id?: string
  readonly at: Date
  readonly status?: BackupStatus
  readonly good?: readonly string[]
  readonly bad?: readonly string[]
  readonly base?: string
  readonly provedAt?: Date
  readonly removedAt?: Date
  readonly place?: string
}

const part = (component: string, status: 'succeeded' | 'failed'): BackupRecord['parts'][number] => ({
  ...{ component, name: 'it', status, bytes: 10, storedBytes: 5, counts: {} },
})

function made({ at, good = ['db'], bad = [], status, ...rest }: Made): BackupRecord {
  return {
    id: `${at.toISOString().slice(0, 19).replaceAll(':', '')}-aaaaaa`,
    ...{ entry: 'nightly', run: 'r', place, startedAt: at, finishedAt: at },
    status: status ?? (bad.length === 0 ? 'succeeded' : good.length === 0 ? 'failed' : 'partial'),
    parts: [...good.map((name) => part(name, 'succeeded')), ...bad.map((name) => part(name, 'failed'))],
    ...{ manifestSha256: 'ab', base: undefined, provedAt: undefined, removedAt: undefined },
    ...rest,
  }
}

function ask(records: readonly BackupRecord[], keep: unknown, more: Partial<KeepQuestion> = {}): KeepQuestion {
  const manifests = new Set(records.filter(({ status }) => status !== 'failed').map(({ id }) => id))
  const policy = keepPolicy(keepSchema.parse(keep))
  const what = ['db', 'docs', 'mail']
  return { records, policy, what, now: new Date(noon), timeZone: 'UTC', place, manifests, needed: new Map(), ...more }
}

const daily = (count: number): readonly BackupRecord[] =>
  Array.from({ length: count }, (_, index) => made({ at: daysAgo(index + 0.4) }))

/** `day of November … reason` of each that stays, or of each that goes. */
const told = (question: KeepQuestion, stays: boolean): readonly string[] =>
  decideKeep(question)
    .filter((one) => one.stays === stays)
    .map(({ backup, why }) => `${backup.id.slice(5, 10)} ${why.code.replace('backups.', '')}`)
const gone = (question: KeepQuestion): readonly string[] => told(question, false)
const kept = (question: KeepQuestion): readonly string[] => told(question, true)

describe('keeping backups', () => {
  const table: readonly [string, KeepQuestion, readonly string[]][] = [
    ['for a time: what is older than that before the newest goes', ask(daily(5), '3d'), ['11-17 go-old']],
    ['the last so many', ask(daily(4), { last: 2 }), ['11-19 go-old', '11-18 go-old']],
    ['days by the newest of each', ask([...daily(3), made({ at: daysAgo(0.45) })], { days: 9 }), ['11-21 go-old']],
    ['combined rules keep what one of them keeps', ask(daily(5), { last: 1, for: '3d' }), ['11-17 go-old']],
    ['nothing at all', ask([], '30d'), []],
    ['one alone, however old', ask([made({ at: daysAgo(4000) })], '1d'), []],
  ]
  for (const [title, question, expected] of table) it(title, () => assert.deepEqual(gone(question), expected))

  it('weeks, months and years are those that have a backup, so that a gap costs nothing', () => {
    const records = [1, 2, 9, 40, 400, 800].map((days) => made({ at: daysAgo(days) }))
    assert.deepEqual(gone(ask(records, { weeks: 2 })), ['11-19 go-old', '10-12 go-old', '10-17 go-old', '09-12 go-old'])
    assert.deepEqual(gone(ask(records, { years: 3 })), ['11-19 go-old', '11-12 go-old', '10-12 go-old'])
  })

  it('the day is that of the time zone, and the night in which clocks change has one of each day', () => {
    // In Paris all of them are on 25 October 2026, the second and third at 02:30 by its clocks.
    const nights = ['2026-10-24T23:30', '2026-10-25T00:30', '2026-10-25T01:30', '2026-10-25T22:30']
    const records = nights.map((time) => made({ at: new Date(`${time}:00.000Z`) }))
    const days = (timeZone: string): number => kept(ask(records, { days: 9 }, { timeZone })).length
    assert.equal(days('UTC'), 2)
    assert.equal(days('Europe/Paris'), 1)
  })

  it('a week of ISO 8601 goes over the end of the year', () => {
    const records = [made({ at: new Date('2026-12-31T02:00:00Z') }), made({ at: new Date('2027-01-01T02:00:00Z') })]
    const now = new Date('2027-01-05T00:00:00Z')
    assert.deepEqual(gone(ask(records, { weeks: 9 }, { now })), ['12-31 go-old'])
    assert.deepEqual(gone(ask(records, { years: 9 }, { now })), [])
  })

  it('the last good one of each component stays, be it partial, be it older than all rules', () => {
    const records = [
      made({ at: daysAgo(1), good: ['db'], bad: ['docs'] }),
      made({ at: daysAgo(1.2), good: ['db'], bad: ['docs'] }),
      made({ at: daysAgo(60), good: ['db', 'docs'] }),
      made({ at: daysAgo(60.4), good: ['db', 'docs'] }),
      made({ at: daysAgo(70), good: ['db', 'docs'] }),
    ]
    assert.deepEqual(gone(ask(records, '2d')), ['09-12 go-old'])
    assert.deepEqual(kept(ask(records, '2d')), [
      ...['11-20 keep-last-good', '11-20 keep-for'],
      ...['09-22 keep-last-good', '09-22 keep-for'],
    ])
  })

  it('of a component whose copies fail, those before stay as the rules say; of one that is copied no more, one stays', () => {
    const before = [60, 61, 62, 99].map((days) => made({ at: daysAgo(days), good: ['db', 'docs'] }))
    const failing = made({ at: daysAgo(1), good: ['db'], bad: ['docs'] })
    assert.deepEqual(gone(ask([failing, ...before], '30d')), ['08-14 go-old'])
    const without = [1, 1.2].map((days) => made({ at: daysAgo(days), good: ['db'] }))
    const question = ask([...without, ...before], '30d', { what: ['db'] })
    assert.deepEqual(kept(question), ['11-20 keep-last-good', '11-20 keep-for', '09-22 keep-last-good'])
  })

  it('the last proved one stays, and the full one under it', () => {
    const full = made({ at: daysAgo(90) })
    const proved = made({ at: daysAgo(80), base: full.id, provedAt: daysAgo(79) })
    const other = made({ at: daysAgo(70), base: full.id })
    const question = ask([full, proved, other, ...daily(3)], { last: 2 })
    assert.deepEqual(gone(question), ['11-19 go-old', '09-12 go-old'])
    assert.deepEqual(kept(question).slice(2), ['09-02 keep-last-proved', '08-23 keep-needed'])
  })

  it('a full one stays for a difference that is kept, and goes with the last of them', () => {
    const full = made({ at: daysAgo(20) })
    const difference = made({ at: daysAgo(19), base: full.id })
    const next = made({ at: daysAgo(2) })
    assert.deepEqual(gone(ask([full, difference, next], { last: 2 })), [])
    assert.deepEqual(gone(ask([full, difference, next], { last: 1 })), ['11-02 go-old', '11-01 go-old'])
  })

  it('those between stay for a difference that rests on them, and without one of them it counts for nothing', () => {
    const resting = (days: number, on: readonly BackupRecord[]): BackupRecord => {
      const one = made({ at: daysAgo(days), base: on[0]?.id ?? '' })
      return { ...one, parts: one.parts.map((each) => ({ ...each, needs: on.slice(1).map(({ id }) => id) })) }
    }
    const full = made({ at: daysAgo(9) })
    const first = resting(8, [full])
    const second = resting(7, [full, first])
    const third = resting(6, [full, first, second])
    const all = [full, first, second, third]
    assert.deepEqual(gone(ask(all, { last: 1 })), [])
    assert.deepEqual(
      kept(ask(all, { last: 1 })).slice(1),
      Array(3)
        .fill(0)
        .map((_, index) => `11-${14 - index} keep-needed`),
    )
    const without = [full, { ...first, removedAt: daysAgo(1) }, second, third]
    assert.deepEqual(kept(ask(without, { last: 1 })).at(-1), '11-12 keep-last-good')
    const newest = made({ at: daysAgo(1) })
    assert.equal(gone(ask([...all, newest], { last: 1 })).length, 4)
  })

  it('a full one stays for a difference of which no record is known here', () => {
    const [newest, full] = daily(2)
    assert.ok(newest && full)
    const needed = new Map([[full.id, 'elsewhere']])
    assert.deepEqual(kept(ask([newest, full], { last: 1 }, { needed }))[1], '11-20 keep-needed')
  })

  it('one whose manifest is gone counts for nothing, and is left for somebody to look at', () => {
    const [newest, second, third] = daily(3)
    assert.ok(newest && second && third)
    const question = ask([newest, second, third], { last: 1 }, { manifests: new Set([second.id, third.id]) })
    assert.deepEqual(kept(question), ['11-21 keep-no-manifest', '11-20 keep-last-good'])
  })

  it('a difference whose full one is gone counts for nothing', () => {
    const full = made({ at: daysAgo(3), removedAt: daysAgo(1) })
    const difference = made({ at: daysAgo(2), base: full.id })
    const old = made({ at: daysAgo(50) })
    assert.deepEqual(kept(ask([difference, old, full], { last: 1 })), [
      '11-19 keep-no-manifest',
      '10-02 keep-last-good',
    ])
  })

  it('one that is being made, and one of another place, stay and count for nothing', () => {
    const running = made({ at: daysAgo(0.1), status: 'running', good: [] })
    const elsewhere = made({ at: daysAgo(0.2), place: 's3://other' })
    const old = made({ at: daysAgo(400) })
    assert.deepEqual(kept(ask([running, elsewhere, old], { last: 1 })), [
      '11-21 keep-running',
      '11-21 keep-elsewhere',
      '10-17 keep-last-good',
    ])
  })

  it('one dated ahead stays, and is no reason for another to go', () => {
    const ahead = made({ at: new Date('2031-01-01T00:00:00Z') })
    const records = [ahead, ...daily(3)]
    assert.deepEqual(kept(ask(records, { last: 3 }))[0], '01-01 keep-ahead')
    assert.deepEqual(gone(ask(records, { last: 3 })), [])
    assert.deepEqual(gone(ask(records, '3d')), [])
  })

  it('a clock that was set back, or forward, makes nothing go by itself', () => {
    for (const now of [daysAgo(300), new Date('2036-01-01T00:00:00Z')])
      assert.deepEqual(gone(ask(daily(30), '30d', { now })), [])
  })

  it('one that was made by a clock set far forward lets none go by itself; a second one near it does', () => {
    const now = new Date('2027-12-01T12:00:00Z')
    const ahead = made({ at: new Date('2027-12-01T02:00:00Z') })
    assert.deepEqual(gone(ask([ahead, ...daily(30)], '30d', { now })), [])
    const next = made({ at: new Date('2027-12-01T11:00:00Z') })
    assert.equal(gone(ask([next, ahead, ...daily(30)], '30d', { now })).length, 30)
  })

  it('failed and partial ones go after their own time, and only when a good one came', () => {
    const failed = made({ at: daysAgo(9), good: [], bad: ['db'] })
    const partial = made({ at: daysAgo(10), good: ['db'], bad: ['docs'] })
    const whole = made({ at: daysAgo(8), good: ['db', 'docs'] })
    const today = made({ at: daysAgo(0.4), good: ['db', 'docs'] })
    assert.deepEqual(gone(ask([failed, partial, whole, today], '30d')), ['11-12 go-failed', '11-11 go-replaced'])
    assert.deepEqual(gone(ask([failed, partial, whole], '30d')), [])
    assert.deepEqual(kept(ask([failed, partial, whole], '30d')), [
      '11-13 keep-last-good',
      '11-12 keep-unfinished',
      '11-11 keep-unfinished',
    ])
    assert.deepEqual(kept(ask([failed], '1d')), ['11-12 keep-no-newer'])
  })

  it('partial ones count like whole ones for what is good in them, while no whole one came', () => {
    const partial = Array.from({ length: 40 }, (_, index) =>
      made({ at: daysAgo(index + 1), good: ['db'], bad: ['docs'] }),
    )
    const question = ask(partial, '30d')
    assert.equal(kept(question).length, 31)
    // One day docs work again: what is older than its own time stays as long as the rules say.
    const whole = made({ at: daysAgo(0.4), good: ['db', 'docs'] })
    assert.equal(kept(ask([...partial, whole], '30d')).length, 31)
  })
})

describe('what backups are kept by', () => {
  it('is a duration, rules, or both; nothing else', () => {
    const parsed = (keep: unknown): KeepPolicy => keepPolicy(keepSchema.parse(keep))
    assert.equal(parsed('30d').for, 30 * dayMs)
    assert.equal(parsed(undefined).for, 30 * dayMs)
    assert.deepEqual(parsed({ last: 7 }), { last: 7, unfinished: 7 * dayMs })
    for (const wrong of [
      '',
      '30',
      '0d',
      'x',
      {},
      { unfinished: '1d' },
      { last: 0 },
      { last: 1.5 },
      { day: 3 },
      30,
      null,
    ])
      assert.equal(keepSchema.safeParse(wrong).success, false, JSON.stringify(wrong))
  })
})

describe('whatever the backups and the rules', () => {
  const components = ['db', 'docs', 'mail'] as const
  const record = fc.record({
    day: fc.integer({ min: -3, max: 900 }),
    hour: fc.integer({ min: 0, max: 23 }),
    status: fc.constantFrom<BackupStatus>('running', 'succeeded', 'succeeded', 'succeeded', 'partial', 'failed'),
    good: fc.subarray([...components]),
    isProved: fc.boolean(),
    isRemoved: fc.constantFrom(false, false, false, true),
    isHere: fc.constantFrom(true, true, true, false),
    baseBack: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
  })
  const rules = fc.oneof(
    fc.constantFrom('1h', '1d', '30d'),
    fc.record(
      {
        last: fc.integer({ min: 1, max: 5 }),
        days: fc.integer({ min: 1, max: 9 }),
        months: fc.integer({ min: 1, max: 3 }),
      },
      { requiredKeys: ['last'] },
    ),
  )
  const zone = fc.constantFrom('UTC', 'Europe/Paris', 'Pacific/Apia', 'America/St_Johns')

  it('nothing goes that must stay, what stays rests on what stays, and asking again gives the same', () => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 25 }), rules, zone, (drawn, keep, timeZone) => {
        const records: BackupRecord[] = []
        for (const [index, one] of drawn.entries()) {
          const at = new Date(noon - one.day * dayMs - one.hour * 3_600_000)
          const base = one.baseBack === undefined ? undefined : records[index - one.baseBack]?.id
          const parts = components.map((name) => part(name, one.good.includes(name) ? 'succeeded' : 'failed'))
          records.push({
            ...made({ at, status: one.status }),
            ...{ id: `b${index}`, parts: one.status === 'running' ? [] : parts, base },
            provedAt: one.isProved ? at : undefined,
            removedAt: one.isRemoved ? at : undefined,
          })
        }
        const manifests = new Set(drawn.flatMap(({ isHere }, index) => (isHere ? [`b${index}`] : [])))
        const question = ask(records, keep, { manifests, timeZone })
        const decided = decideKeep(question)
        const there = records.filter(({ removedAt }) => removedAt === undefined)
        assert.deepEqual(decided.map(({ backup }) => backup.id).toSorted(), there.map(({ id }) => id).toSorted())
        const staying = recordsById(decided.filter(({ stays }) => stays).map(({ backup }) => backup))
        const here = recordsById(there.filter(({ id }) => manifests.has(id)))
        for (const component of components) {
          const isGood = (one: BackupRecord): boolean => here.has(one.id) && isGoodCopy(one, component, here)
          const good = there.filter(isGood).toSorted(byNewest)
          const [last] = good.filter(({ startedAt }) => startedAt.getTime() <= noon)
          if (last) assert.ok(staying.has(last.id), `last good of ${component}`)
          const proved = good.find(({ provedAt, startedAt }) => provedAt && startedAt.getTime() <= noon)
          if (proved) assert.ok(staying.has(proved.id), `last proved of ${component}`)
          for (const one of good) if (staying.has(one.id)) assert.ok(isGoodCopy(one, component, staying), one.id)
        }
        for (const one of there) {
          const isUntouchable =
            one.status === 'running' ||
            (one.status !== 'failed' && !manifests.has(one.id)) ||
            one.startedAt.getTime() > noon + dayMs / 2
          if (isUntouchable) assert.ok(staying.has(one.id), `${one.id} is not ours to remove`)
        }
        // What was decided holds after it was done; a partial one may count again when the whole one after it is gone.
        if (records.some(({ status }) => status === 'partial')) return
        const after = records.map((one) =>
          staying.has(one.id) || one.removedAt ? one : { ...one, removedAt: new Date(noon) },
        )
        assert.ok(decideKeep({ ...question, records: after }).every(({ stays }) => stays))
        assert.ok(there.every((one) => one.status === 'running' || componentsOf(one).length === components.length))
      }),
      { numRuns: 500 },
    )
  })
})
