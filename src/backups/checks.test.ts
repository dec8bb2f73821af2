import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { aComponent, testContext } from '../../test/support/context.ts'
import type { BackupRecord, DrillRecord } from '../core/backup-record.ts'
import type { AnyCheckKind } from '../core/check.ts'
import { systemClock } from '../core/clock.ts'
import { createFormatter } from '../core/formatter.ts'
import { createRenderer, messageMap } from '../core/message.ts'
import type { Verdict } from '../core/verdict.ts'
import { anomaliesOf } from './anomalies.ts'
import { freshCheck } from './checks/fresh.ts'
import { provedCheck } from './checks/proved.ts'
import { sizeCheck } from './checks/size.ts'
import { entrySchema } from './options.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const now = new Date('2026-11-21T12:00:00Z')
const ago = (ms: number): Date => new Date(now.getTime() - ms)

interface Made extends Partial<Omit<BackupRecord, 'parts'>> {
  readonly ageMs: number
  readonly bytes?: number
  readonly counts?: Readonly<Record<string, number>>
  readonly of?: readonly string[]
  readonly bad?: readonly string[]
}
function made({ ageMs, bytes = 5e6, counts = {}, of = ['db'], bad = [], ...more }: Made): BackupRecord {
  const part = (component: string, status: 'succeeded' | 'failed'): BackupRecord['parts'][number] => ({
    ...{ component, name: 'main', status, bytes, storedBytes: bytes / 5, counts },
  })
  return {
    ...{
      id: `b-${ageMs / hourMs}h`,
      entry: 'nightly',
      run: 'r',
      place: '/srv',
      startedAt: ago(ageMs),
      finishedAt: ago(ageMs),
    },
    status: bad.length === 0 ? 'succeeded' : 'partial',
    parts: [...of.map((name) => part(name, 'succeeded')), ...bad.map((name) => part(name, 'failed'))],
    ...{ manifestSha256: 'ab', base: undefined, provedAt: undefined, removedAt: undefined },
    ...more,
  }
}
const drill = (backup: string, ageMs: number, code?: 'checksum'): DrillRecord => ({
  ...{ id: `d${ageMs}`, entry: 'nightly', run: 'r', backup, startedAt: ago(ageMs), finishedAt: ago(ageMs) },
  ...{ status: code ? 'failed' : 'passed', rtoMs: 60_000, rpoMs: 1000, assertions: [] },
  failure: code && { code, text: { code: 'test.failed', params: {} } },
})

/** Probed through a real book, judged, and each of its texts written in both languages. */
async function look(
  check: AnyCheckKind,
  records: readonly BackupRecord[],
  { entry = {}, drills = [] }: { readonly entry?: object; readonly drills?: readonly DrillRecord[] } = {},
): Promise<Verdict> {
  const ctx = testContext({ clock: { ...systemClock, now: () => now } })
  try {
    for (const record of records) await ctx.backups.keep(record)
    for (const one of drills) await ctx.backups.keepDrill(one)
    // Keeping a drill marks its backup: the records are as they were given.
    for (const record of records) await ctx.backups.keep(record)
    const options = { ...entrySchema.parse({ what: ['db'], ...entry }), to: { kind: 'folder' } }
    const sample = await check.probe(aComponent(options, 'nightly'), check.options.parse({}), ctx)
    const verdict = check.judge(sample, check.options.parse({}))
    for (const locale of ['fr', 'en'] as const) {
      const renderer = createRenderer(messageMap(check.messages), createFormatter(locale))
      const texts =
        'findings' in verdict ? (verdict.findings ?? []).flatMap(({ title, remedy }) => [title, remedy]) : []
      for (const text of [verdict.reason, ...texts])
        if (text !== undefined) assert.doesNotMatch(renderer.render(text), /^backups\.|undefined|NaN/)
    }
    return verdict
  } finally {
    await ctx.close()
  }
}
const told = (verdict: Verdict): readonly string[] => [
  verdict.status,
  ...('findings' in verdict
    ? (verdict.findings ?? []).map(({ subject, severity, title }) => `${subject} ${severity} ${title.code.slice(8)}`)
    : []),
]

describe('the check of fresh backups', () => {
  const proved = made({ ageMs: 40 * hourMs })
  const table: readonly [string, readonly BackupRecord[], object, readonly string[]][] = [
    ['passes a good one that is young enough', [made({ ageMs: 3 * hourMs })], {}, ['pass']],
    ['fails without any backup', [], {}, ['fail', 'db critical fresh-none']],
    ['fails when the last good one is older than a day and two hours', [proved], {}, ['fail', 'db critical fresh-old']],
    ['takes the limit from the time of the entry', [proved], { at: 'mon 02:00' }, ['pass']],
    [
      'takes the limit that is written',
      [made({ ageMs: 3 * hourMs })],
      { maxAge: '2h' },
      ['fail', 'db critical fresh-old'],
    ],
    [
      'counts none that failed, runs, was removed, or whose full one is gone',
      [
        made({ ageMs: hourMs, status: 'failed', of: [], bad: ['db'] }),
        made({ ageMs: 2 * hourMs, status: 'running', of: [] }),
        made({ ageMs: 3 * hourMs, removedAt: now }),
        made({ ageMs: 4 * hourMs, base: 'gone' }),
      ],
      {},
      ['fail', 'db critical fresh-none'],
    ],
    [
      'asks for each component: a partial one is good for what is in it',
      [made({ ageMs: hourMs, bad: ['docs'] }), made({ ageMs: 50 * hourMs, of: ['db', 'docs'] })],
      { what: ['db', 'docs'] },
      ['fail', 'docs critical fresh-old'],
    ],
    [
      'is not fooled by one that is dated ahead',
      [made({ ageMs: -900 * dayMs }), made({ ageMs: 50 * hourMs })],
      {},
      ['fail', 'db critical fresh-old', 'clock medium fresh-ahead'],
    ],
    [
      'warns of a date ahead beside a good one',
      [made({ ageMs: -dayMs }), made({ ageMs: hourMs })],
      {},
      ['warn', 'clock medium fresh-ahead'],
    ],
  ]
  for (const [title, records, entry, expected] of table)
    it(title, async () => assert.deepEqual(told(await look(freshCheck, records, { entry })), expected))

  it('measures the age of each', async () => {
    const verdict = await look(freshCheck, [made({ ageMs: 3 * hourMs })])
    assert.deepEqual('measurements' in verdict && verdict.measurements, { 'age_ms:db': 3 * hourMs })
  })
})

describe('the check of proved backups', () => {
  const id = `b-${10}h`
  const fresh = (more: Partial<BackupRecord> = {}): BackupRecord => made({ ageMs: 10 * hourMs, ...more })
  const table: readonly [string, readonly BackupRecord[], readonly DrillRecord[], readonly string[]][] = [
    ['passes one that was proved not long ago', [fresh({ provedAt: ago(hourMs) })], [drill(id, hourMs)], ['pass']],
    ['fails when there is nothing to prove', [], [], ['fail', 'db high proved-none']],
    ['warns while the first ones wait for their drill', [fresh()], [], ['warn', 'db medium proved-never']],
    [
      'fails when they have waited for longer, be the first ones gone',
      [fresh(), made({ ageMs: 30 * dayMs, removedAt: now })],
      [],
      ['fail', 'db high proved-never'],
    ],
    ['fails when the last proof is too old', [fresh({ provedAt: ago(9 * dayMs) })], [], ['fail', 'db high proved-old']],
    [
      'fails when the last drill failed, whatever an earlier one proved',
      [fresh({ provedAt: ago(2 * hourMs) })],
      [drill(id, hourMs, 'checksum'), drill(id, 2 * hourMs)],
      ['fail', 'drill high proved-failed'],
    ],
    [
      'does not count a proof that is dated ahead',
      [fresh({ provedAt: ago(-dayMs) })],
      [],
      ['warn', 'db medium proved-never'],
    ],
    [
      'does not count one that is gone',
      [fresh({ provedAt: ago(hourMs), removedAt: now })],
      [],
      ['fail', 'db high proved-none'],
    ],
  ]
  for (const [title, records, drills, expected] of table)
    it(title, async () => assert.deepEqual(told(await look(provedCheck, records, { drills })), expected))

  it('measures how long ago, how long the restore took, and how much work was lost', async () => {
    const verdict = await look(provedCheck, [fresh({ provedAt: ago(hourMs) })], { drills: [drill(id, hourMs)] })
    const measured = { 'drill_age_ms:db': hourMs, rto_ms: 60_000, rpo_ms: 1000 }
    assert.deepEqual('measurements' in verdict && verdict.measurements, measured)
  })
})

describe('the check of the size of backups', () => {
  const days = (count: number, more: (day: number) => Partial<Made>): readonly BackupRecord[] =>
    Array.from({ length: count }, (_, day) =>
      made({ ageMs: (day + 0.5) * dayMs, counts: { orders: 1000 + day }, ...more(day) }),
    )
  const latest = (more: Partial<Made>): readonly BackupRecord[] => days(9, (day) => (day === 0 ? more : {}))
  const table: readonly [string, readonly BackupRecord[], readonly string[]][] = [
    ['passes what is as it was', latest({}), ['pass']],
    ['compares nothing without a backup', [], ['skipped']],
    ['compares nothing with the first one', latest({}).slice(0, 1), ['skipped']],
    [
      'compares with the only one before',
      days(2, (day) => (day === 0 ? { bytes: 1e6 } : {})),
      ['fail', 'db/main high size-shrunk'],
    ],
    [
      'fails a table that became empty',
      latest({ counts: { orders: 0 } }),
      ['fail', 'db/main orders high size-emptied'],
    ],
    [
      'fails a small one that became empty',
      latest({ counts: { orders: 1000 } }).map((one, index) => ({
        ...one,
        parts: one.parts.map((part) => ({ ...part, counts: { ...part.counts, settings: index === 0 ? 0 : 3 } })),
      })),
      ['fail', 'db/main settings high size-emptied'],
    ],
    ['fails a part without a byte', latest({ bytes: 0 }), ['fail', 'db/main high size-emptied']],
    [
      'warns of a table that is not there any more',
      latest({ counts: {} }),
      ['warn', 'db/main orders medium size-missing'],
    ],
    [
      'fails what lost more than half',
      latest({ counts: { orders: 400 } }),
      ['fail', 'db/main orders high size-shrunk'],
    ],
    [
      'warns of what became more than three times as much',
      latest({ bytes: 16e6 }),
      ['warn', 'db/main medium size-grown'],
    ],
    ['says nothing of ratios of a few rows', days(9, (day) => ({ counts: { orders: day === 0 ? 2 : 90 } })), ['pass']],
    ['says nothing of a new table', latest({ counts: { orders: 1000, more: 1e6 } }), ['pass']],
    [
      'takes the median: one that was odd before is no measure',
      days(9, (day) => (day === 1 ? { counts: { orders: 0 } } : {})),
      ['pass'],
    ],
    ['does not take one dated ahead for the newest', [made({ ageMs: -9 * dayMs, bytes: 0 }), ...latest({})], ['pass']],
  ]
  for (const [title, records, expected] of table)
    it(title, async () => assert.deepEqual(told(await look(sizeCheck, records)), expected))

  it('looks at each component in the newest that has it, and closes nothing of one that it cannot see', async () => {
    const both = { of: ['db', 'docs'] }
    const records = [
      made({ ageMs: hourMs, of: ['docs'], counts: { orders: 9 } }),
      ...latest({ ...both, counts: { orders: 0 } }).map((one, index) =>
        index === 0 ? one : made({ ageMs: (index + 1) * dayMs, ...both, counts: { orders: 9 } }),
      ),
    ]
    const entry = { what: ['db', 'docs'] }
    assert.deepEqual(told(await look(sizeCheck, records, { entry })), ['fail', 'db/main orders high size-emptied'])
    const verdict = await look(sizeCheck, latest({}), { entry })
    assert.deepEqual(verdict.status === 'pass' && verdict.covers, ['db/main', 'db/main orders'])
  })

  it('names fifty at most, the worst first, and counts the others', async () => {
    const tables = (value: number): Readonly<Record<string, number>> =>
      Object.fromEntries(
        Array.from({ length: 90 }, (_, index) => [`t${index}`, index === 89 && value === 0 ? 1e9 : value || 0]),
      )
    const verdict = await look(
      sizeCheck,
      days(4, (day) => ({ counts: tables(day === 0 ? 0 : 500) })),
    )
    assert.ok(verdict.status === 'fail' && verdict.findings)
    assert.equal(verdict.findings.length, 51)
    assert.deepEqual(
      [verdict.findings[0]?.title.code, verdict.findings[50]?.title.params],
      ['backups.size-emptied', { count: 40 }],
    )
  })

  it('measures the bytes of each component', async () => {
    const verdict = await look(sizeCheck, latest({}))
    assert.deepEqual('measurements' in verdict && verdict.measurements, { 'bytes:db': 5e6, 'stored_bytes:db': 1e6 })
  })
})

describe('whatever numbers there were', () => {
  const limits = { least: 0.5, most: 3, leastRows: 100, leastBytes: 1_000_000 }
  const counts = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.nat(5000))
  const record = fc.record({ bytes: fc.nat(1e8), counts })

  it('one that is like all before it is never far from them; one without anything is, when those before had something', () => {
    fc.assert(
      fc.property(record, fc.integer({ min: 1, max: 9 }), (one, times) => {
        const same = Array.from({ length: times }, (_, day) => made({ ageMs: (day + 1) * dayMs, ...one }))
        assert.deepEqual(anomaliesOf(made({ ageMs: 0, ...one }), same, limits), [])
        const empty = Object.fromEntries(Object.keys(one.counts).map((name) => [name, 0]))
        const found = anomaliesOf(made({ ageMs: 0, bytes: 0, counts: empty }), same, limits)
        const had = [one.bytes, ...Object.values(one.counts)].filter((value) => value > 0).length
        assert.deepEqual(
          found.map(({ is }) => is),
          Array.from({ length: had }, () => 'emptied'),
        )
      }),
    )
  })
})
