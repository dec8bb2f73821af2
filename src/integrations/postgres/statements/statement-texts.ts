import { message, type Text } from '../../../core/message.ts'
import { quoted } from '../identifier.ts'
import { blind, couldNotAsk, grantMonitor, noRows, reachRemedy } from '../texts.ts'
import { type Reading, stateOf } from './reading.ts'

const missing = message<{ what: string }>('postgres.statements-missing', {
  en: (p) =>
    ({
      both: 'nothing is known of the statements: pg_stat_statements is neither loaded by the server nor created in this database',
      library:
        'nothing is known of the statements: pg_stat_statements is created here, but the server does not load it',
      created:
        'nothing is known of the statements: the server loads pg_stat_statements, but it is not created in this database',
    })[p.what] ?? 'pg_stat_statements is missing',
  fr: (p) =>
    ({
      both: "on ne sait rien des requêtes : pg_stat_statements n'est ni chargé par le serveur ni créé dans cette base",
      library: 'on ne sait rien des requêtes : pg_stat_statements est créé ici, mais le serveur ne le charge pas',
      created:
        "on ne sait rien des requêtes : le serveur charge pg_stat_statements, mais il n'est pas créé dans cette base",
    })[p.what] ?? 'pg_stat_statements manque',
})
const missingRemedy = message<{ what: string; isAvailable: boolean; isStandby: boolean }>(
  'postgres.statements-missing-remedy',
  {
    en: (p) =>
      [
        ...(p.isAvailable ? [] : ["Install PostgreSQL's contrib package on the server (Debian: postgresql)."]),
        ...(p.what === 'created'
          ? []
          : [
              'Add pg_stat_statements to shared_preload_libraries in postgresql.conf, beside what stands there (a managed service: in its parameters), and restart PostgreSQL: a reload does not do.',
            ]),
        ...(p.what === 'library'
          ? []
          : [
              `As a superuser in this database${p.isStandby ? ', on the primary' : ''}, without a restart: CREATE EXTENSION pg_stat_statements;`,
            ]),
      ].join(' '),
    fr: (p) =>
      [
        ...(p.isAvailable ? [] : ['Installez le paquet contrib de PostgreSQL sur le serveur (Debian : postgresql).']),
        ...(p.what === 'created'
          ? []
          : [
              'Ajoutez pg_stat_statements à shared_preload_libraries dans postgresql.conf, à côté de ce qui y est (service géré : dans ses paramètres), et redémarrez PostgreSQL : recharger ne suffit pas.',
            ]),
        ...(p.what === 'library'
          ? []
          : [
              `En superutilisateur dans cette base${p.isStandby ? ', sur le primaire' : ''}, sans redémarrage : CREATE EXTENSION pg_stat_statements;`,
            ]),
      ].join(' '),
  },
)
const countsNothing = message<{ why: string }>('postgres.statements-not-counted', {
  en: (p) => `could not tell: pg_stat_statements counts nothing${p.why === '' ? ' of this database' : ` (${p.why})`}`,
  fr: (p) => `indéterminé : pg_stat_statements ne compte rien${p.why === '' ? ' de cette base' : ` (${p.why})`}`,
})
const countRemedy = message('postgres.statements-count-remedy', {
  en: () =>
    "ALTER SYSTEM SET pg_stat_statements.track = 'top'; from PostgreSQL 14 on also ALTER SYSTEM SET compute_query_id = 'auto'; then SELECT pg_reload_conf();",
  fr: () =>
    "ALTER SYSTEM SET pg_stat_statements.track = 'top' ; à partir de PostgreSQL 14 aussi ALTER SYSTEM SET compute_query_id = 'auto' ; puis SELECT pg_reload_conf();",
})
const hidden = message<{ count: number }>('postgres.statements-hidden', {
  en: (p, f) =>
    `could not tell: the role may not see ${f.plural(p.count, { one: '1 statement', other: `${f.number(p.count)} statements` })} of other roles`,
  fr: (p, f) =>
    `indéterminé : le rôle ne voit pas ${f.plural(p.count, { one: '1 requête', other: `${f.number(p.count)} requêtes` })} d'autres rôles`,
})
export const firstLook = message('postgres.statements-first-look', {
  en: () => 'could not tell yet: this is the first look at the statements, and they are judged by what comes after it',
  fr: () => "encore indéterminé : c'est le premier regard sur les requêtes, elles sont jugées sur ce qui le suit",
})
export const firstLookRemedy = message('postgres.statements-first-look-remedy', {
  en: () => 'Look again in an hour; the watch looks each hour: vigie up',
  fr: () => 'Regardez à nouveau dans une heure ; la veille regarde toutes les heures : vigie up',
})
export const readingTexts = [
  ...[missing, missingRemedy, countsNothing, countRemedy, hidden, firstLook, firstLookRemedy],
  ...[couldNotAsk, reachRemedy, grantMonitor],
]

export interface Obstacle {
  readonly reason: Text
  readonly remedy?: Text
  /** Something must be installed or switched on first. */
  readonly isMissing: boolean
}

/** Why nothing can be said of the statements; undefined when all were seen. */
export function obstacleOf({ extension, rows }: Reading): Obstacle | undefined {
  if (!extension.ok) return { ...textsOf(blind(extension)), isMissing: false }
  const [found] = extension.rows
  if (found === undefined) return { ...textsOf(noRows()), isMissing: false }
  const { isLoaded, isAvailable, schema, role, track, queryIds } = found
  if (schema === null || !isLoaded) {
    const what = isLoaded ? 'created' : schema === null ? 'both' : 'library'
    const remedy = missingRemedy({ what, isAvailable, isStandby: extension.isStandby })
    return { reason: missing({ what }), remedy, isMissing: true }
  }
  if (rows === undefined || !rows.ok) {
    return { ...textsOf(rows === undefined ? noRows() : blind(rows)), isMissing: false }
  }
  const read = stateOf(rows.rows)
  if (read === undefined) return { ...textsOf(noRows()), isMissing: false }
  if (read.head.hidden > 0) {
    const remedy = grantMonitor({ role: quoted(role) })
    return { reason: hidden({ count: read.head.hidden }), remedy, isMissing: false }
  }
  const off = [
    ...(track === 'none' ? ['pg_stat_statements.track = none'] : []),
    ...(queryIds === 'off' ? ['compute_query_id = off'] : []),
  ]
  // What we asked a moment before is counted too, where anything is.
  if (off.length === 0 && read.head.seen > 0) return undefined
  return { reason: countsNothing({ why: off.join(', ') }), remedy: countRemedy({}), isMissing: false }
}

function textsOf(verdict: ReturnType<typeof blind>): Pick<Obstacle, 'reason' | 'remedy'> {
  const reason = verdict.reason ?? couldNotAsk({ why: 'other', detail: '' })
  return { reason, remedy: ('remedy' in verdict ? verdict.remedy : undefined) ?? reachRemedy({ why: 'other' }) }
}
