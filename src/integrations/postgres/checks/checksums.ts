import * as z from 'zod'
import { defineCheck } from '../../../core/check.ts'
import { message } from '../../../core/message.ts'
import type { FindingDraft } from '../../../core/verdict.ts'
import { ask } from '../connection/connection.ts'
import type { PostgresOptions } from '../options.ts'
import { blind, noRows, postgresTexts } from '../texts.ts'

const damaged = message<{ database: string | null; count: number; ageMs: number | null }>(
  'postgres.checksum-failures',
  {
    en: (p, f) =>
      `${p.database ?? 'what all databases share'}: ${f.plural(p.count, { one: '1 page was', other: `${f.number(p.count, 0)} pages were` })} read that the disk did not keep as written${p.ageMs === null ? '' : `, the last ${f.duration(p.ageMs)} ago`}`,
    fr: (p, f) =>
      `${p.database ?? 'ce que toutes les bases partagent'} : ${f.plural(p.count, { one: '1 page lue', other: `${f.number(p.count, 0)} pages lues` })} que le disque n'a pas gardée${p.count > 1 ? 's' : ''} telle${p.count > 1 ? 's' : ''} qu'écrite${p.count > 1 ? 's' : ''}${p.ageMs === null ? '' : `, la dernière il y a ${f.duration(p.ageMs)}`}`,
  },
)
const damagedRemedy = message('postgres.checksum-remedy', {
  en: () =>
    'The log of PostgreSQL names the file ("page verification failed"). Copy the data folder before anything else, test disk and memory, promote a sound standby or restore a backup; write nothing to this disk. When it is repaired: SELECT pg_stat_reset(); in that database',
  fr: () =>
    "Le journal de PostgreSQL nomme le fichier (« page verification failed »). Copiez d'abord le dossier des données, testez disque et mémoire, promouvez un secondaire sain ou restaurez une sauvegarde ; n'écrivez plus sur ce disque. Une fois réparé : SELECT pg_stat_reset(); dans cette base",
})
const off = message('postgres.checksums-off', {
  en: () => 'data checksums are off: a page that the disk damages is read as if it were right',
  fr: () =>
    'les sommes de contrôle des données sont désactivées : une page abîmée par le disque est lue comme si elle était juste',
})
const offRemedy = message('postgres.checksums-off-remedy', {
  en: () => 'With PostgreSQL stopped: pg_checksums --enable -D DATA_FOLDER. Or accept it: allowOff: true',
  fr: () => 'PostgreSQL arrêté : pg_checksums --enable -D DOSSIER_DES_DONNÉES. Ou acceptez-le : allowOff: true',
})
const sound = message<{ count: number }>('postgres.checksums-fine', {
  en: (p, f) =>
    `no damaged page was read in ${f.plural(p.count, { one: '1 database', other: `${p.count} databases` })}`,
  fr: (p, f) => `aucune page abîmée lue dans ${f.plural(p.count, { one: '1 base', other: `${p.count} bases` })}`,
})

const sql = `
  select d.datname::text as database, coalesce(d.checksum_failures, 0)::float8 as failures,
         (extract(epoch from now() - d.checksum_last_failure) * 1000)::float8 as "ageMs",
         current_setting('data_checksums') as mode
  from pg_stat_database d order by d.datname nulls first`

type Database = {
  /** Null of what all share. */
  readonly database: string | null
  /** Since its statistics were last reset. */
  readonly failures: number
  readonly ageMs: number | null
  readonly mode: string
}

/** Pages that the server found damaged, as far as it looks. */
export const checksumsCheck = defineCheck<PostgresOptions>()({
  kind: 'postgres-checksums',
  summary: message('postgres.checksums-summary', {
    en: () => 'the disk keeps what was written',
    fr: () => 'le disque garde ce qui a été écrit',
  }),
  options: z.strictObject({
    /** Checksums are off on purpose; since PostgreSQL 18 they are on unless somebody says otherwise. */
    allowOff: z.boolean().default(false),
  }),
  cadence: 'daily',
  criticality: 'critical',
  messages: [...postgresTexts, damaged, damagedRemedy, off, offRemedy, sound],
  probe: (component, _, ctx) => ask<Database>(component, { sql }, ctx),
  judge: (answer, { allowOff }) => {
    if (!answer.ok) return blind(answer)
    const [first] = answer.rows
    if (first === undefined) return noRows()
    const failures = answer.rows.reduce((sum, row) => sum + row.failures, 0)
    // Those that were counted before they were switched off stay true.
    const isOff = first.mode === 'off'
    const seen = { saw: answer.rows.length, measurements: { failures } }
    const findings = answer.rows.flatMap(({ database, failures: count, ageMs }): FindingDraft[] => {
      if (count === 0) return []
      const title = damaged({ database, count, ageMs })
      return [{ subject: database ?? ' shared', severity: 'critical', title, remedy: damagedRemedy({}) }]
    })
    const [worst] = findings
    if (worst !== undefined) return { status: 'fail', ...seen, findings, reason: worst.title }
    if (isOff && allowOff) return { status: 'skipped', because: 'by-design', reason: off({}), remedy: offRemedy({}) }
    if (isOff) return { status: 'warn', ...seen, findings: [offFinding], reason: off({}) }
    return {
      status: 'pass',
      ...seen,
      reason: sound({ count: answer.rows.filter((row) => row.database !== null).length }),
    }
  },
})

const offFinding: FindingDraft = {
  subject: 'data_checksums',
  severity: 'low',
  title: off({}),
  remedy: offRemedy({}),
}
