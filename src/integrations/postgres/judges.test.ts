import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { postgresCases } from '../../../test/meta/vacuous/postgres-cases.ts'
import type { Verdict } from '../../core/verdict.ts'
import { connectionsCheck } from './checks/connections.ts'
import { deadTuplesCheck } from './checks/dead-tuples.ts'
import { transactionIdAgeCheck } from './checks/transaction-id-age.ts'
import { vacuumCheck } from './checks/vacuum.ts'
import { versionCheck } from './checks/version.ts'
import { postgresComponent } from './component.ts'
import type { Answer, Row } from './connection/connection.ts'
import type { ConnectionLimit } from './sessions/connection-use.ts'
import type { TableCare } from './tables/table-care.ts'

const answer = <T extends Row>(rows: readonly T[], serverVersion = 180_000): Answer<T> => ({
  ok: true,
  rows,
  columns: [],
  serverVersion,
  isStandby: false,
  isCounting: true,
  durationMs: 1,
})
const summary = (verdict: Verdict): string =>
  `${verdict.status} ${'findings' in verdict ? (verdict.findings ?? []).map(({ subject, severity }) => `${subject}:${severity}`).join(' ') : ''}`.trim()

describe('postgres-version', () => {
  const cases: readonly (readonly [number, string, string])[] = [
    [18, '2026-11-21', 'pass'],
    [14, '2026-11-21', 'fail'],
    [14, '2026-11-01', 'warn'],
    [15, '2027-05-16', 'warn'],
    [9.06, '2026-11-21', 'fail'],
    [15, '2027-05-15', 'pass'],
    [13, '2026-01-01', 'fail'],
    [99, '2026-01-01', 'error'],
    // The table is too old to be believed, but for what has ended already.
    [18, '2027-12-26', 'pass'],
    [18, '2027-12-27', 'error'],
    [15, '2027-12-27', 'fail'],
  ]
  for (const [major, now, status] of cases) {
    it(`is ${status} for PostgreSQL ${major} on ${now}`, () => {
      const sample = { now: Date.parse(now), answer: answer([{ version: `${major}.1 (Debian)` }], major * 10_000 + 1) }
      const verdict = versionCheck.judge(sample, versionCheck.options.parse({}))
      assert.equal(verdict.status, status)
      assert.equal('remedy' in verdict, status !== 'pass')
    })
  }
})

describe('postgres-connections', () => {
  const options = connectionsCheck.options.parse({})
  const use = (count: number, usable: number) => ({
    groups: answer([
      ...[
        {
          user: 'app',
          database: 'shop',
          application: 'api',
          state: 'idle in transaction',
          count,
          usable,
          role: 'vigie',
        },
      ],
    ]),
    limits: answer<ConnectionLimit>([]),
    bouncer: undefined,
  })
  it('never says better for more of them, and warns and fails at its limits', () => {
    const order = ['pass', 'warn', 'fail']
    const statusFor = (count: number): string => connectionsCheck.judge(use(count, 100), options).status
    assert.deepEqual([79, 80, 89, 90, 120].map(statusFor), ['pass', 'warn', 'warn', 'fail', 'fail'])
    fc.assert(
      fc.property(fc.nat(200), fc.nat(200), (a, b) => {
        const [few, many] = [Math.min(a, b), Math.max(a, b)]
        assert.ok(order.indexOf(statusFor(few)) <= order.indexOf(statusFor(many)))
      }),
    )
  })
  it('measures by state', () => {
    const verdict = connectionsCheck.judge(use(7, 100), options)
    const measured = 'measurements' in verdict ? verdict.measurements : undefined
    assert.equal(measured?.['connections:idle_in_transaction'], 7)
    assert.equal(measured?.['used_ratio'], 0.07)
  })
})

describe('postgres-vacuum', () => {
  const dayMs = 86_400_000
  const options = vacuumCheck.options.parse({})
  const table = (overrides: object): TableCare => ({
    schema: 's',
    table: 't',
    vacuumAgeMs: null,
    analyzeAgeMs: null,
    dead: 0,
    trigger: 50,
    modified: 0,
    changes: 0,
    xidAge: 0,
    freezeAt: 2e8,
    isAutomatic: true,
    since: '2026-01-01T00:00:00Z',
    ...overrides,
  })
  const old = 31 * dayMs
  const cases: readonly (readonly [string, object, string])[] = [
    ['never, with many changes', { changes: 10_000 }, 'warn s.t:medium'],
    ['never, with few changes', { changes: 9999 }, 'pass'],
    [
      'analyzed long ago, with many changes since',
      { vacuumAgeMs: 1, analyzeAgeMs: old, modified: 1e4 },
      'warn s.t:low',
    ],
    ['vacuumed long ago, with many dead rows since', { vacuumAgeMs: old, analyzeAgeMs: 1, dead: 1e4 }, 'warn s.t:low'],
    ['analyzed lately but never vacuumed, with many dead rows', { analyzeAgeMs: 1, dead: 1e4 }, 'warn s.t:low'],
    ['long ago, with no change since', { vacuumAgeMs: 310 * dayMs, analyzeAgeMs: 310 * dayMs, changes: 1e6 }, 'pass'],
    ['lately', { vacuumAgeMs: dayMs, analyzeAgeMs: dayMs, changes: 1e6, modified: 1e5, dead: 1e5 }, 'pass'],
  ]
  for (const [title, overrides, expected] of cases) {
    it(`is ${expected} when it was ${title}`, () =>
      assert.equal(summary(vacuumCheck.judge(answer([table(overrides)]), options)), expected))
  }
})

describe('postgres-dead-tuples', () => {
  const options = deadTuplesCheck.options.parse({})
  const cases: readonly (readonly [number, number, string])[] = [
    [0, 0, 'pass'],
    [0, 9999, 'pass'],
    [0, 10_000, 'warn s.t:medium'],
    [15_000, 10_000, 'warn s.t:medium'],
    [15_001, 10_000, 'pass'],
  ]
  for (const [live, dead, expected] of cases) {
    it(`is ${expected} for ${dead} dead beside ${live} live rows`, () =>
      assert.equal(
        summary(deadTuplesCheck.judge(answer([{ schema: 's', table: 't', live, dead }]), options)),
        expected,
      ))
  }
})

describe('postgres-transaction-id-age', () => {
  const options = transactionIdAgeCheck.options.parse({})
  const judge = (xids: number, multixacts = 0): string =>
    summary(
      transactionIdAgeCheck.judge(
        { databases: answer([{ database: 'app', xids, multixacts }]), holders: answer([]) },
        options,
      ),
    )
  it('warns at a quarter and fails at half of the ids, transaction or multixact', () => {
    assert.equal(judge(200_000_000), 'pass')
    assert.equal(judge(600_000_000), 'warn app:medium')
    assert.equal(judge(1_100_000_000), 'fail app:critical')
    assert.equal(judge(0, 1_100_000_000), 'fail app:critical')
  })
})

describe('a look that saw nothing of a database', () => {
  for (const { check, what, judged } of postgresCases) {
    it(`has a next step, of ${check.kind} (${what})`, () => assert.ok(judged().remedy))
  }
})

describe('a database that tells nothing', () => {
  for (const { kind } of postgresComponent.checks) {
    it(`leaves ${kind} open`, () => {
      const silent = postgresCases.filter(({ check, what }) => check.kind === kind && /connection|right/.test(what))
      assert.ok(silent.length > 0, 'no sample of a database that lets nobody in')
      for (const { what, judged } of silent) {
        // Whether it lets us in is a question of its own, and answered then.
        const isAnswer = kind === 'postgres-reachable' && what.includes('connection')
        assert.equal(judged().status, isAnswer ? 'fail' : 'error', what)
      }
    })
  }
})
