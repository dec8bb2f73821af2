import * as z from 'zod'
import { defineCheck } from '../../../core/check.ts'
import { message, type Text } from '../../../core/message.ts'
import type { FindingDraft } from '../../../core/verdict.ts'
import { ask } from '../connection.ts'
import type { PostgresOptions } from '../options.ts'
import { blind, noRows, postgresTexts } from '../texts.ts'

/** Transaction ids are used up at 2^31, and PostgreSQL stops taking writes 3 million before ("Preventing Transaction ID Wraparound Failures"). */
const wraparound = 2 ** 31 - 3_000_000

const english = {
  session: 'the session with pid',
  replica: 'the replica',
  prepared: 'the prepared transaction',
  slot: 'the replication slot',
  'slot-in-use': 'the replication slot in use',
}
const french = {
  session: 'la session de pid',
  replica: 'le réplica',
  prepared: 'la transaction préparée',
  slot: 'le slot de réplication',
  'slot-in-use': 'le slot de réplication en service',
}

interface Old {
  readonly [key: string]: string | number | undefined
  readonly database: string
  readonly ratio: number
  readonly holderType?: Holder['type']
  readonly holder?: string
}

const old = message<Old>('postgres.xid-age', {
  en: (p, f) =>
    `${p.database} has used ${f.percent(p.ratio)} of its transaction ids${p.holderType === undefined ? '' : `, held back by ${english[p.holderType]} ${p.holder}`}`,
  fr: (p, f) =>
    `${p.database} a consommé ${f.percent(p.ratio)} de ses numéros de transaction${p.holderType === undefined ? '' : `, retenus par ${french[p.holderType]} ${p.holder}`}`,
})
const remedy = message<{ statement: string }>('postgres.xid-remedy', { en: (p) => p.statement, fr: (p) => p.statement })
const dropSlot = message<{ statement: string }>('postgres.xid-drop-slot', {
  en: (p) => `${p.statement}   -- only when no replica needs it any more: one that does would have to be built again`,
  fr: (p) => `${p.statement}   -- seulement si plus aucun réplica n'en a besoin : il faudrait sinon le reconstruire`,
})
const askReplica = message('postgres.xid-ask-replica', {
  en: () =>
    'End there what has been open for long, or see why it is behind: SELECT r.application_name, r.state, r.replay_lsn, r.backend_xmin, s.slot_name, s.xmin, s.catalog_xmin FROM pg_stat_replication r LEFT JOIN pg_replication_slots s ON s.active_pid = r.pid;',
  fr: () =>
    'Terminez là-bas ce qui est ouvert depuis longtemps, ou voyez pourquoi il est en retard : SELECT r.application_name, r.state, r.replay_lsn, r.backend_xmin, s.slot_name, s.xmin, s.catalog_xmin FROM pg_stat_replication r LEFT JOIN pg_replication_slots s ON s.active_pid = r.pid;',
})
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

/**
 * What may hold the horizon, the oldest first: a session, a replica that tells of its own, a prepared transaction, a
 * replication slot. Sessions of a
 * standby hold that of its primary only when it tells it of them.
 */
const holdersSql = `
  select * from (
    select case when backend_type = 'walsender' then 'replica' else 'session' end as type,
           case when backend_type = 'walsender' then coalesce(nullif(application_name, ''), pid::text) else pid::text end as name,
           greatest(age(backend_xmin), age(backend_xid))::float8 as xids
      from pg_stat_activity where (backend_xmin is not null or backend_xid is not null) and pid <> pg_backend_pid()
        and (not pg_is_in_recovery() or current_setting('hot_standby_feedback')::bool)
    union all select 'prepared', gid, age(transaction)::float8 from pg_prepared_xacts
    union all select case when active then 'slot-in-use' else 'slot' end, slot_name::text, greatest(age(xmin), age(catalog_xmin))::float8 from pg_replication_slots
  ) holders where xids is not null order by xids desc limit 1`

type Database = { readonly database: string; readonly xids: number; readonly multixacts: number }
type Holder = { readonly type: keyof typeof english; readonly name: string; readonly xids: number }

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
  messages: [...postgresTexts, old, remedy, dropSlot, askReplica, onPrimary, fine],
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
          remedy: held === undefined && databases.isStandby ? onPrimary({}) : remedyFor(held),
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

function remedyFor(holder: Holder | undefined): Text {
  if (holder === undefined) return remedy({ statement: 'VACUUM (FREEZE);' })
  const name = holder.name.replaceAll("'", "''")
  switch (holder.type) {
    case 'session':
      return remedy({ statement: `SELECT pg_terminate_backend(${name});` })
    case 'prepared':
      return remedy({ statement: `ROLLBACK PREPARED '${name}';` })
    case 'slot':
      return dropSlot({ statement: `SELECT pg_drop_replication_slot('${name}');` })
    case 'replica':
    case 'slot-in-use':
      return askReplica({})
  }
}
