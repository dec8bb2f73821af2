import { message } from '../../../core/message.ts'

export const used = message<{ used: number; usable: number; top: string }>('postgres.connections-used', {
  en: (p) => `${p.used} of ${p.usable} connections taken (${p.top})`,
  fr: (p) => `${p.used} connexions prises sur ${p.usable} (${p.top})`,
})
export const limitNear = message<{ type: string; name: string; count: number; allowed: number }>(
  'postgres.connections-limit',
  {
    en: (p) =>
      `${p.type === 'role' ? 'role' : 'database'} ${p.name}: ${p.count} of the ${p.allowed} connections taken that it may have`,
    fr: (p) =>
      `${p.type === 'role' ? 'rôle' : 'base'} ${p.name} : ${p.count} connexions prises sur les ${p.allowed} qui lui sont permises`,
  },
)
export const limitRemedy = message<{ statement: string }>('postgres.connections-limit-remedy', {
  en: (p) => `Let them close what they do not use, or raise the limit: ${p.statement}`,
  fr: (p) => `Faites fermer celles qui ne servent pas, ou relevez la limite : ${p.statement}`,
})
export const poolNear = message<{ inUse: number; size: number }>('postgres.pool-used', {
  en: (p) => `${p.inUse} of the ${p.size} connections of the application's pool are at work`,
  fr: (p) => `${p.inUse} des ${p.size} connexions du pool de l'application travaillent`,
})
export const poolRemedy = message('postgres.pool-remedy', {
  en: () =>
    'See what holds them: vigie db activity. Slow statements and open transactions first; a larger pool only when PostgreSQL has room for it',
  fr: () =>
    "Voyez ce qui les tient : vigie db activity. D'abord les requêtes lentes et les transactions ouvertes ; un pool plus grand seulement si PostgreSQL a de la place",
})
export const poolUnseen = message<{ count: number }>('postgres.pool-unseen', {
  en: (p) => `could not tell of the application's pool: the role may not see whether ${p.count} sessions work`,
  fr: (p) => `pool de l'application indéterminé : le rôle ne voit pas si ${p.count} sessions travaillent`,
})
export const waits = message<{ pool: string; waiting: number; longestMs: number; used: number; size: number }>(
  'postgres.pgbouncer-waiting',
  {
    en: (p, f) =>
      `PgBouncer ${p.pool}: ${f.plural(p.waiting, { one: '1 client waits', other: `${p.waiting} clients wait` })} for a connection, the first for ${f.duration(p.longestMs)}; ${p.used} of ${p.size} are at work`,
    fr: (p, f) =>
      `PgBouncer ${p.pool} : ${f.plural(p.waiting, { one: '1 client attend', other: `${p.waiting} clients attendent` })} une connexion, le premier depuis ${f.duration(p.longestMs)} ; ${p.used} sur ${p.size} travaillent`,
  },
)
export const bouncerFull = message<{ pool: string; used: number; size: number }>('postgres.pgbouncer-full', {
  en: (p) => `PgBouncer ${p.pool}: ${p.used} of ${p.size} connections to PostgreSQL are at work`,
  fr: (p) => `PgBouncer ${p.pool} : ${p.used} connexions à PostgreSQL sur ${p.size} travaillent`,
})
export const bouncerRemedy = message('postgres.pgbouncer-remedy', {
  en: () =>
    'See what holds them: vigie db activity, and SHOW SERVERS; in its console. Raise default_pool_size (or pool_size of the database) only as far as PostgreSQL has connections left',
  fr: () =>
    "Voyez ce qui les tient : vigie db activity, et SHOW SERVERS; dans sa console. N'augmentez default_pool_size (ou pool_size de la base) que si PostgreSQL a encore des connexions",
})
export const clientsNear = message<{ clients: number; allowed: number }>('postgres.pgbouncer-clients', {
  en: (p) => `PgBouncer has ${p.clients} of the ${p.allowed} clients that it lets in`,
  fr: (p) => `PgBouncer a ${p.clients} clients sur les ${p.allowed} qu'il admet`,
})
export const clientsRemedy = message('postgres.pgbouncer-clients-remedy', {
  en: () =>
    'Raise max_client_conn in pgbouncer.ini and its limit of open files, then RELOAD; or let programs close what they do not use',
  fr: () =>
    'Augmentez max_client_conn dans pgbouncer.ini et sa limite de fichiers ouverts, puis RELOAD; ou faites fermer aux programmes ce qui ne sert pas',
})
export const bouncerBlind = message<{ detail: string }>('postgres.pgbouncer-blind', {
  en: (p) => `could not tell of PgBouncer: ${p.detail}`,
  fr: (p) => `PgBouncer indéterminé : ${p.detail}`,
})
export const bouncerReach = message('postgres.pgbouncer-reach', {
  en: () =>
    'The url must lead to its console (postgres://user:password@host:6432/pgbouncer), and the user stand in stats_users of pgbouncer.ini',
  fr: () =>
    "L'url doit mener à sa console (postgres://utilisateur:mot-de-passe@hôte:6432/pgbouncer), et l'utilisateur figurer dans stats_users de pgbouncer.ini",
})

export const connectionTexts = [
  ...[used, limitNear, limitRemedy, poolNear, poolRemedy, poolUnseen, waits, bouncerFull],
  ...[bouncerRemedy, clientsNear, clientsRemedy, bouncerBlind, bouncerReach],
]
