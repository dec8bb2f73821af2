import * as z from 'zod'
import { defineCheck } from '../../../core/check.ts'
import { durationSchema } from '../../../core/duration.ts'
import { message } from '../../../core/message.ts'
import { type FindingDraft, statusOf } from '../../../core/verdict.ts'
import { type Answer, ask } from '../connection/connection.ts'
import { quoted } from '../identifier.ts'
import type { PostgresOptions } from '../options.ts'
import { blind, grantMonitor, noRows, postgresTexts } from '../texts.ts'

const failing = message<{ file: string; ageMs: number; failures: number; sinceMs: number | null }>(
  'postgres.archiver-failing',
  {
    en: (p, f) =>
      `archiving fails: ${p.file}, last tried ${f.duration(p.ageMs)} ago, ${f.number(p.failures, 0)} failures; ${p.sinceMs === null ? 'nothing was ever archived' : `the last success was ${f.duration(p.sinceMs)} ago`}`,
    fr: (p, f) =>
      `l'archivage échoue : ${p.file}, dernier essai il y a ${f.duration(p.ageMs)}, ${f.number(p.failures, 0)} échecs ; ${p.sinceMs === null ? "rien n'a jamais été archivé" : `dernier succès il y a ${f.duration(p.sinceMs)}`}`,
  },
)
const failingRemedy = message<{ command: string }>('postgres.archiver-remedy', {
  en: (p) =>
    `See why in the log of PostgreSQL, and try its command by hand as the user of the server: ${p.command}. Until it works the WAL stays and fills the disk, and no backup can be brought to a point in time`,
  fr: (p) =>
    `Voyez pourquoi dans le journal de PostgreSQL, et essayez sa commande à la main avec l'utilisateur du serveur : ${p.command}. D'ici là le WAL reste et remplit le disque, et aucune sauvegarde ne peut être ramenée à un instant donné`,
})
const piling = message<{ files: number; bytes: number; oldestMs: number }>('postgres.archiver-piling', {
  en: (p, f) =>
    `${f.plural(p.files, { one: '1 WAL file waits', other: `${f.number(p.files, 0)} WAL files wait` })} to be archived (${f.bytes(p.bytes)}), the oldest for ${f.duration(p.oldestMs)}`,
  fr: (p, f) =>
    `${f.plural(p.files, { one: '1 fichier WAL attend', other: `${f.number(p.files, 0)} fichiers WAL attendent` })} leur archivage (${f.bytes(p.bytes)}), le plus ancien depuis ${f.duration(p.oldestMs)}`,
})
const pilingRemedy = message('postgres.archiver-piling-remedy', {
  en: () =>
    'Does the command hang, or is the archive too slow? SELECT * FROM pg_stat_archiver; then look for its process: ps -ef | grep archiver',
  fr: () =>
    "La commande est-elle bloquée, ou l'archive trop lente ? SELECT * FROM pg_stat_archiver; puis cherchez son processus : ps -ef | grep archiver",
})
const empty = message('postgres.archiver-empty', {
  en: () => 'archive_mode is on without archive_command or archive_library: nothing is archived, and all WAL is kept',
  fr: () =>
    "archive_mode est activé sans archive_command ni archive_library : rien n'est archivé et tout le WAL est gardé",
})
const emptyRemedy = message('postgres.archiver-empty-remedy', {
  en: () => "ALTER SYSTEM SET archive_command = 'YOUR COMMAND %p %f'; SELECT pg_reload_conf();",
  fr: () => "ALTER SYSTEM SET archive_command = 'VOTRE COMMANDE %p %f'; SELECT pg_reload_conf();",
})
const off = message<{ mode: string; isStandby: boolean }>('postgres.archiver-off', {
  en: (p) => (p.isStandby ? `a standby does not archive (archive_mode = ${p.mode})` : 'archive_mode is off'),
  fr: (p) => (p.isStandby ? `un secondaire n'archive pas (archive_mode = ${p.mode})` : 'archive_mode est désactivé'),
})
const onRemedy = message('postgres.archiver-on', {
  en: () =>
    'Nothing to do unless backups shall reach any point in time: archive_mode = on and archive_command on the primary, then a restart',
  fr: () =>
    "Rien à faire, sauf si les sauvegardes doivent atteindre n'importe quel instant : archive_mode = on et archive_command sur le primaire, puis un redémarrage",
})
const fine = message<{ files: number; sinceMs: number | null }>('postgres.archiver-fine', {
  en: (p, f) =>
    `${f.number(p.files, 0)} WAL files archived${p.sinceMs === null ? '' : `, the last ${f.duration(p.sinceMs)} ago`}`,
  fr: (p, f) =>
    `${f.number(p.files, 0)} fichiers WAL archivés${p.sinceMs === null ? '' : `, le dernier il y a ${f.duration(p.sinceMs)}`}`,
})

// A command that is run for each file may hold what nobody shall read: only its program is told.
const sql = `
  select archived_count::float8 as archived, failed_count::float8 as failures, last_failed_wal as file,
         (extract(epoch from now() - last_archived_time) * 1000)::float8 as "archivedAgeMs",
         (extract(epoch from now() - last_failed_time) * 1000)::float8 as "failedAgeMs",
         coalesce(last_failed_time > last_archived_time, last_failed_time is not null) as "isFailing",
         current_setting('archive_mode') as mode,
         coalesce(nullif(current_setting('archive_library', true), ''), split_part(current_setting('archive_command'), ' ', 1)) as command,
         current_user::text as role
  from pg_stat_archiver`

const waitingSql = `
  select count(*)::int as files, coalesce(extract(epoch from now() - min(modification)) * 1000, 0)::float8 as "oldestMs",
         count(*)::float8 * (select setting::float8 from pg_settings where name = 'wal_segment_size') as bytes
  from pg_ls_archive_statusdir() where name like '%.ready'`

export type Archiver = {
  readonly archived: number
  readonly failures: number
  readonly file: string | null
  readonly archivedAgeMs: number | null
  readonly failedAgeMs: number | null
  readonly isFailing: boolean
  readonly mode: string
  /** '' when there is none. */
  readonly command: string
  readonly role: string
}
export type Waiting = { readonly files: number; readonly oldestMs: number; readonly bytes: number }
export interface Sample {
  readonly archiver: Answer<Archiver>
  readonly waiting: Answer<Waiting>
}

/** Is the WAL archived? A server on which that is not wanted is left out. */
export const archiverCheck = defineCheck<PostgresOptions>()({
  kind: 'postgres-archiver',
  summary: message('postgres.archiver-summary', {
    en: () => 'the WAL is archived',
    fr: () => 'le WAL est archivé',
  }),
  options: z.strictObject({
    /** 16 files of 16 MB; with 64 more waits than PostgreSQL keeps for itself by default (max_wal_size, 1 GB). */
    warnFiles: z.number().int().positive().default(16),
    failFiles: z.number().int().positive().default(64),
    /** Three times the archive_timeout of 5 minutes that the manual calls reasonable for most: a command that hangs is seen. */
    longestWait: durationSchema.default(900_000),
  }),
  cadence: 'daily',
  criticality: 'critical',
  watch: { everyMs: 300_000, alertsBy: 'status' },
  messages: [
    ...[...postgresTexts, failing, failingRemedy, piling, pilingRemedy, empty, emptyRemedy],
    ...[off, onRemedy, fine],
  ],
  probe: async (component, _, ctx): Promise<Sample> => ({
    archiver: await ask<Archiver>(component, { sql }, ctx),
    waiting: await ask<Waiting>(component, { sql: waitingSql }, ctx),
  }),
  judge: ({ archiver, waiting }, { warnFiles, failFiles, longestWait }) => {
    if (!archiver.ok) return blind(archiver)
    const [told] = archiver.rows
    if (told === undefined) return noRows()
    const { isStandby } = archiver
    if (told.mode === 'off' || (isStandby && told.mode !== 'always'))
      return {
        status: 'skipped',
        because: 'by-design',
        reason: off({ mode: told.mode, isStandby }),
        remedy: onRemedy({}),
      }
    const queue = waiting.ok ? waiting.rows[0] : undefined
    const seen = {
      saw: 1,
      measurements: {
        failures: told.failures,
        ...(queue !== undefined && { ready_files: queue.files, oldest_ready_ms: queue.oldestMs }),
        ...(told.archivedAgeMs !== null && { last_archived_age_ms: told.archivedAgeMs }),
      },
    }
    const findings = [...troubles(told)]
    const isLong = queue !== undefined && queue.files > 0 && queue.oldestMs >= longestWait
    if (queue !== undefined && findings.length === 0 && (isLong || queue.files >= Math.min(warnFiles, failFiles))) {
      const { files, bytes, oldestMs } = queue
      const severity = isLong || files >= failFiles ? 'high' : 'medium'
      findings.push({ subject: 'queue', severity, title: piling({ files, bytes, oldestMs }), remedy: pilingRemedy({}) })
    }
    const [first] = findings
    if (first !== undefined) {
      // Of a queue that could not be seen nothing is closed.
      const covers = queue === undefined ? { covers: ['archiving'] } : {}
      return { status: statusOf(findings), ...seen, findings, reason: first.title, ...covers }
    }
    if (!waiting.ok) {
      const isDenied = waiting.refusal === 'denied'
      return isDenied ? { ...blind(waiting), remedy: grantMonitor({ role: quoted(told.role) }) } : blind(waiting)
    }
    if (queue === undefined) return noRows()
    return { status: 'pass', ...seen, reason: fine({ files: told.archived, sinceMs: told.archivedAgeMs }) }
  },
})

function troubles({
  command,
  isFailing,
  file,
  failedAgeMs,
  failures,
  archivedAgeMs,
}: Archiver): readonly FindingDraft[] {
  if (command === '') return [{ subject: 'archiving', severity: 'high', title: empty({}), remedy: emptyRemedy({}) }]
  if (!isFailing) return []
  const title = failing({ file: file ?? '', ageMs: failedAgeMs ?? 0, failures, sinceMs: archivedAgeMs })
  return [{ subject: 'archiving', severity: 'high', title, remedy: failingRemedy({ command }) }]
}
