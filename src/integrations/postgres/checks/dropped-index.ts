import * as z from 'zod'
import { defineCheck } from '../../../core/check.ts'
import { durationSchema } from '../../../core/duration.ts'
import { message } from '../../../core/message.ts'
import { ask } from '../connection/connection.ts'
import { type Dropped, droppedIndexes } from '../indexes/dropped-indexes.ts'
import { keyOf } from '../indexes/index-usage.ts'
import { statisticsSince } from '../indexes/statistics-age.ts'
import type { PostgresOptions } from '../options.ts'
import { blind, noTablesSeen, nothingCounted, onlyOnPrimary, postgresTexts } from '../texts.ts'

const dayMs = 86_400_000

interface Told {
  readonly [key: string]: string | number | null
  readonly index: string
  readonly table: string
  readonly ageMs: number
  readonly before: number | null
  readonly after: number
}
const missed = message<Told>('postgres.dropped-index-missed', {
  en: (p, f) =>
    `${p.table} is read from end to end ${f.number(p.after, 0)} times a day since ${p.index} was dropped ${f.duration(p.ageMs)} ago; before ${p.before === null ? 'it is not known' : f.number(p.before, 0)}`,
  fr: (p, f) =>
    `${p.table} est lue en entier ${f.number(p.after, 0)} fois par jour depuis la suppression de ${p.index} il y a ${f.duration(p.ageMs)} ; avant ${p.before === null ? 'on ne sait pas' : f.number(p.before, 0)}`,
})
const remedy = message<{ index: string }>('postgres.dropped-index-remedy', {
  en: (p) => `vigie db indexes --recreate '${p.index}'`,
  fr: (p) => `vigie db indexes --recreate '${p.index}'`,
})
const fine = message<{ count: number }>('postgres.dropped-index-fine', {
  en: (p, f) =>
    p.count === 0
      ? 'no index was dropped through Vigie lately'
      : `${f.plural(p.count, { one: '1 dropped index is', other: `${p.count} dropped indexes are` })} not missed`,
  fr: (p, f) =>
    p.count === 0
      ? "aucun index n'a été supprimé par Vigie ces derniers temps"
      : `${f.plural(p.count, { one: '1 index supprimé ne manque pas', other: `${p.count} index supprimés ne manquent pas` })}`,
})
const unreadable = message('postgres.dropped-index-unreadable', {
  en: () => 'could not tell: the list of dropped indexes cannot be read',
  fr: () => 'indéterminé : la liste des index supprimés est illisible',
})
const seeAudit = message('postgres.dropped-index-unreadable-remedy', {
  en: () => 'What was dropped stands in: vigie audit list',
  fr: () => 'Ce qui a été supprimé est dans : vigie audit list',
})

const sql = `
  with recursive tree as (
    select c.oid as root, c.oid from pg_class c where c.relkind in ('r', 'm', 'p')
    and not exists (select 1 from pg_inherits h where h.inhrelid = c.oid)
    union all select tree.root, h.inhrelid from tree join pg_inherits h on h.inhparent = tree.oid
  )
  select s.schemaname as schema, s.relname as table, reads.rows, reads.live,
         (extract(epoch from now() - ${statisticsSince}) * 1000)::float8 as "statisticsAgeMs",
         array(select x.relname::text from pg_index i join pg_class x on x.oid = i.indexrelid
               where i.indrelid = s.oid and i.indisvalid) as indexes
  from (select c.oid, n.nspname as schemaname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'm', 'p') and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
          and n.nspname not like 'pg\\_temp\\_%') s
  join (select tree.root, sum(u.seq_tup_read)::float8 as rows, sum(greatest(u.n_live_tup, 0))::float8 as live
        from tree join pg_stat_user_tables u on u.relid = tree.oid group by 1) reads on reads.root = s.oid`

type Reads = {
  readonly schema: string
  readonly table: string
  readonly rows: number
  readonly live: number
  readonly statisticsAgeMs: number | null
  readonly indexes: readonly string[]
}

/**
 * Whether an index that was dropped is missed: its table is read from end to end more often than before. It sees no
 * statement that was slow and rare; `vigie db indexes --recreate` brings back any of them.
 */
export const droppedIndexCheck = defineCheck<PostgresOptions>()({
  kind: 'postgres-dropped-index',
  summary: message('postgres.dropped-index-summary', {
    en: () => 'dropped indexes are not missed',
    fr: () => 'les index supprimés ne manquent pas',
  }),
  options: z.strictObject({
    /** A closing of the month is in it: 31 days and a few. */
    watchFor: durationSchema.default(35 * dayMs),
    /** Less tells nothing of a day. */
    watchAtLeast: durationSchema.default(dayMs / 24),
    /** So many times as often as before; as that of mean times of statements. Ours. */
    factor: z.number().min(1).default(2),
    /** And so many more whole reads a day: one an hour. Ours. */
    minMoreReadsPerDay: z.number().positive().default(24),
  }),
  cadence: 'daily',
  criticality: 'important',
  messages: [...postgresTexts, missed, remedy, fine, unreadable, seeAudit],
  probe: async (component, _, ctx) => ({
    now: ctx.clock.now().getTime(),
    answer: await ask<Reads>(component, { sql }, ctx),
    dropped: await droppedIndexes(ctx).catch(() => undefined),
  }),
  judge: ({ now, answer, dropped }, { watchFor, watchAtLeast, factor, minMoreReadsPerDay }) => {
    if (!answer.ok) return blind(answer)
    if (answer.isStandby) return onlyOnPrimary()
    if (!answer.isCounting) return nothingCounted()
    if (answer.rows.length === 0) return noTablesSeen()
    if (dropped === undefined) return { status: 'error', reason: unreadable({}), remedy: seeAudit({}) }
    const tables = new Map(answer.rows.map((one) => [keyOf(one.schema, one.table), one]))
    const watched = dropped.flatMap((one) => {
      const table = tables.get(keyOf(one.schema, one.table))
      const ageMs = now - one.droppedAt
      const isWatched = table !== undefined && !table.indexes.includes(one.name) && ageMs <= watchFor
      return isWatched ? [{ one, ageMs, after: readsSince(one, table, ageMs) }] : []
    })
    const findings = watched
      .filter(({ one: { before }, ageMs, after }) => {
        const reads = before.wholeReadsPerDay ?? 0
        return ageMs >= watchAtLeast && after >= factor * reads && after - reads >= minMoreReadsPerDay
      })
      .map(({ one, ageMs, after }) => {
        const index = `${one.schema}.${one.name}`
        const table = `${one.schema}.${one.table}`
        return {
          subject: index,
          severity: 'high' as const,
          title: missed({ index, table, ageMs, before: one.before.wholeReadsPerDay, after }),
          remedy: remedy({ index: index.replaceAll("'", "'\\''") }),
        }
      })
    const measurements = { dropped_indexes: watched.length, missed_indexes: findings.length }
    const seen = { saw: answer.rows.length, measurements }
    const [first] = findings
    if (first !== undefined) return { status: 'fail', ...seen, findings, reason: first.title, remedy: first.remedy }
    return { status: 'pass', ...seen, reason: fine({ count: watched.length }) }
  },
})

/** Whole reads of the table a day since then; after a reset of the statistics, since that. */
function readsSince({ before }: Dropped, { rows, live, statisticsAgeMs }: Reads, ageMs: number): number {
  const isReset = rows < before.rows || (statisticsAgeMs ?? ageMs) < ageMs
  const [read, spanMs] = isReset ? [rows, Math.min(ageMs, statisticsAgeMs ?? ageMs)] : [rows - before.rows, ageMs]
  return (read / Math.max(1, live)) * (dayMs / Math.max(1, spanMs))
}
