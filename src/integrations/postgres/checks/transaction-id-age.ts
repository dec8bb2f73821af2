import * as z from 'zod'
import { defineCheck } from '../../../core/check.ts'
import { message } from '../../../core/message.ts'
import type { FindingDraft } from '../../../core/verdict.ts'
import { ask } from '../connection/connection.ts'
import type { PostgresOptions } from '../options.ts'
import { endHolder, type Holder, holdersSql, holderWords, horizonTexts } from '../tables/horizon.ts'
import { blind, noRows, postgresTexts } from '../texts.ts'

/** Transaction ids are used up at 2^31, and PostgreSQL stops taking writes 3 million before ("Preventing Transaction ID Wraparound Failures"). */
const wraparound = 2 ** 31 - 3_000_000

interface Old {
  readonly [key: string]: string | number | undefined
  readonly database: string
  readonly ratio: number
  readonly holderType?: Holder['type']
  readonly holder?: string
}

const old = message<Old>('postgres.xid-age', {
  en: (p, f) =>
    `${p.database} has used ${f.percent(p.ratio)} of its transaction ids${p.holderType === undefined ? '' : `, held back by ${holderWords.en[p.holderType]} ${p.holder}`}`,
  fr: (p, f) =>
    `${p.database} a consommé ${f.percent(p.ratio)} de ses numéros de transaction${p.holderType === undefined ? '' : `, retenus par ${holderWords.fr[p.holderType]} ${p.holder}`}`,
})
const freeze = message('postgres.xid-freeze', { en: () => 'VACUUM (FREEZE);', fr: () => 'VACUUM (FREEZE);' })
const onPrimary = message('postgres.xid-on-primary', {
  en: () => 'On the primary: look there for what holds them back, then VACUUM (FREEZE);',
  fr: () => 'Sur le primaire : regardez-y ce qui les retient, puis VACUUM (FREEZE);',
})
const fine = message<{ ratio: number; database: string }>('postgres.xid-fine', {
  en: (p, f) => `transaction ids used: ${f.percent(p.ratio)} (${p.database})`,
  fr: (p, f) => `numéros de transaction consommés : ${f.percent(p.ratio)} (${p.database})`,
})

const databasesSql = `
  select datname as database, age(datfrozenxid)::float8 as xids, mxid_age(datminmxid)::float8 as multixacts
  from pg_database`

type Database = { readonly database: string; readonly xids: number; readonly multixacts: number }
/** How near each database is to running out of transaction ids, and what holds it back. */
export const transactionIdAgeCheck = defineCheck<PostgresOptions>()({
  kind: 'postgres-transaction-id-age',
  summary: message('postgres.xid-summary', {
    en: () => 'transaction ids are not running out',
    fr: () => "les numéros de transaction ne s'épuisent pas",
  }),
  options: z.strictObject({
    /** Autovacuum forces a freeze at 200 million, 9 %; vacuum gives up on everything else at 1.6 billion, 75 % (vacuum_failsafe_age). */
    warn: z.number().positive().max(1).default(0.25),
    fail: z.number().positive().max(1).default(0.5),
  }),
  cadence: 'daily',
  criticality: 'critical',
  watch: { everyMs: 3_600_000, alertsBy: 'status' },
  messages: [...postgresTexts, ...horizonTexts, old, freeze, onPrimary, fine],
  probe: async (component, _, ctx) => ({
    databases: await ask<Database>(component, { sql: databasesSql }, ctx),
    holders: await ask<Holder>(component, { sql: holdersSql }, ctx),
  }),
  judge: ({ databases, holders }, { warn, fail }) => {
    if (!databases.ok) return blind(databases)
    if (databases.rows.length === 0) return noRows()
    const holder = holders.ok ? holders.rows[0] : undefined
    const ages = databases.rows.map(({ database, xids, multixacts }) => ({
      database,
      ratio: Math.max(xids, multixacts) / wraparound,
      xids,
    }))
    const findings = ages
      .filter(({ ratio }) => ratio >= warn)
      .map(({ database, ratio, xids }): FindingDraft => {
        const held = holder !== undefined && holder.xids > xids / 2 ? holder : undefined
        const title = old({ database, ratio, ...(held && { holderType: held.type, holder: held.name }) })
        return {
          subject: database,
          severity: ratio >= fail ? 'critical' : 'medium',
          title,
          remedy: held !== undefined ? endHolder(held) : databases.isStandby ? onPrimary({}) : freeze({}),
        }
      })
    const worst = ages.reduce((a, b) => (b.ratio > a.ratio ? b : a), { database: '', ratio: 0 })
    const seen = { saw: ages.length, measurements: { xid_ratio: worst.ratio } }
    const [first] = findings.toSorted((a, b) => Number(b.severity === 'critical') - Number(a.severity === 'critical'))
    if (first !== undefined)
      return { status: first.severity === 'critical' ? 'fail' : 'warn', ...seen, findings, reason: first.title }
    return { status: 'pass', ...seen, reason: fine({ ratio: worst.ratio, database: worst.database }) }
  },
})
