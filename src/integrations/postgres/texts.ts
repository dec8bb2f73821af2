import { message } from '../../core/message.ts'
import type { Verdict } from '../../core/verdict.ts'
import type { Unanswered } from './connection/connection.ts'

export const notReached = message<{ why: string; detail: string }>('postgres.not-reached', {
  en: (p) => `PostgreSQL does not let us in: ${english[p.why] ?? p.why} (${p.detail})`,
  fr: (p) => `PostgreSQL ne nous laisse pas entrer : ${french[p.why] ?? p.why} (${p.detail})`,
})
export const couldNotAsk = message<{ why: string; detail: string }>('postgres.could-not-ask', {
  en: (p) => `could not tell: ${english[p.why] ?? p.why} (${p.detail})`,
  fr: (p) => `indéterminé : ${french[p.why] ?? p.why} (${p.detail})`,
})
export const reachRemedy = message<{ why: string }>('postgres.reach-remedy', {
  en: (p) =>
    ({
      'wrong-password': 'Check the password in the url, and pg_hba.conf',
      'too-many-connections':
        'See who holds them: SELECT usename, application_name, state, count(*) FROM pg_stat_activity GROUP BY 1, 2, 3 ORDER BY 4 DESC;',
      cut: 'Did somebody end it, does a proxy stand between, is it PostgreSQL that listens there? pg_isready -h HOST -p PORT',
      'no-database': 'Check the name of the database at the end of the url: psql -l',
      'name-not-found': 'Check the host in the url',
      'not-allowed': 'Check pg_hba.conf, and GRANT CONNECT ON DATABASE to the role of the url',
      tls: 'Check the certificate of the server and sslmode in the url',
      other: 'Check the url: postgres://user:password@host:5432/database',
      denied: 'GRANT pg_monitor TO the role of the url',
      statement: 'Run it again when the database is less busy; raise statementTimeout when it stays so',
    })[p.why] ?? 'Is PostgreSQL running? pg_isready -h HOST -p PORT',
  fr: (p) =>
    ({
      'wrong-password': "Vérifiez le mot de passe dans l'url, et pg_hba.conf",
      'too-many-connections':
        'Voyez qui les tient : SELECT usename, application_name, state, count(*) FROM pg_stat_activity GROUP BY 1, 2, 3 ORDER BY 4 DESC;',
      cut: "Quelqu'un l'a-t-il terminée, y a-t-il un intermédiaire, est-ce bien PostgreSQL qui écoute là ? pg_isready -h HÔTE -p PORT",
      'no-database': "Vérifiez le nom de la base à la fin de l'url : psql -l",
      'name-not-found': "Vérifiez l'hôte dans l'url",
      'not-allowed': "Vérifiez pg_hba.conf, et GRANT CONNECT ON DATABASE au rôle de l'url",
      tls: "Vérifiez le certificat du serveur et sslmode dans l'url",
      other: "Vérifiez l'url : postgres://utilisateur:mot-de-passe@hôte:5432/base",
      denied: "GRANT pg_monitor au rôle de l'url",
      statement: 'Relancez quand la base est moins chargée ; augmentez statementTimeout si cela dure',
    })[p.why] ?? 'PostgreSQL est-il démarré ? pg_isready -h HÔTE -p PORT',
})
export const hiddenSessions = message<{ count: number }>('postgres.hidden-sessions', {
  en: (p, f) =>
    `could not tell: the role may not see ${f.plural(p.count, { one: '1 session', other: `${p.count} sessions` })} of other roles`,
  fr: (p, f) =>
    `indéterminé : le rôle ne voit pas ${f.plural(p.count, { one: '1 session', other: `${p.count} sessions` })} d'autres rôles`,
})
export const grantMonitor = message<{ role: string }>('postgres.grant-monitor', {
  en: (p) => `GRANT pg_monitor TO ${p.role};`,
  fr: (p) => `GRANT pg_monitor TO ${p.role};`,
})
const noTables = message('postgres.no-tables', {
  en: () => 'could not tell: the role sees no table of the application in this database',
  fr: () => "indéterminé : le rôle ne voit aucune table de l'application dans cette base",
})
export const rightDatabase = message('postgres.right-database', {
  en: () => 'Is it the right one? Check the name of the database at the end of the url: psql -l',
  fr: () => "Est-ce la bonne ? Vérifiez le nom de la base à la fin de l'url : psql -l",
})
const onStandby = message('postgres.on-standby', {
  en: () => 'this server is a standby: only its primary can tell',
  fr: () => 'ce serveur est un secondaire : seul son primaire peut le dire',
})
const askPrimary = message('postgres.ask-primary', {
  en: () =>
    'Give the url of the primary to a component. Where it is: SELECT sender_host, sender_port FROM pg_stat_wal_receiver;',
  fr: () =>
    "Donnez l'url du primaire à un composant. Où il est : SELECT sender_host, sender_port FROM pg_stat_wal_receiver;",
})
const notCounted = message('postgres.not-counted', {
  en: () =>
    'could not tell: the server counts nothing of its tables (track_counts is off), and autovacuum does not come',
  fr: () =>
    "indéterminé : le serveur ne compte rien de ses tables (track_counts est désactivé), et l'autovacuum ne passe pas",
})
const countRemedy = message('postgres.count-remedy', {
  en: () => 'ALTER SYSTEM SET track_counts = on; SELECT pg_reload_conf();',
  fr: () => 'ALTER SYSTEM SET track_counts = on; SELECT pg_reload_conf();',
})
const english: Readonly<Record<string, string>> = {
  refused: 'connection refused',
  cut: 'the connection was cut',
  'timed-out': 'no answer in time',
  'name-not-found': 'the host name is not known',
  'wrong-password': 'wrong user or password',
  'no-database': 'there is no such database',
  'too-many-connections': 'all its connections are taken',
  'not-allowed': 'the role is not allowed in',
  starting: 'it is starting or stopping',
  tls: 'its certificate is not accepted',
  other: 'unknown reason',
  denied: 'the role may not read this',
  statement: 'the question failed',
}
const french: Readonly<Record<string, string>> = {
  refused: 'connexion refusée',
  cut: 'connexion coupée',
  'timed-out': 'pas de réponse à temps',
  'name-not-found': "nom d'hôte inconnu",
  'wrong-password': 'utilisateur ou mot de passe incorrect',
  'no-database': "cette base n'existe pas",
  'too-many-connections': 'toutes ses connexions sont prises',
  'not-allowed': "le rôle n'est pas admis",
  starting: 'il démarre ou s’arrête',
  tls: "son certificat n'est pas accepté",
  other: 'raison inconnue',
  denied: 'le rôle ne peut pas lire ceci',
  statement: 'la question a échoué',
}
export const postgresTexts = [
  ...[notReached, couldNotAsk, reachRemedy, hiddenSessions, grantMonitor, noTables],
  ...[rightDatabase, onStandby, askPrimary, notCounted, countRemedy],
]

/** Why a question has no answer: it could not be told, and that is never a pass. */
export function blind({ refusal: why, detail }: Unanswered): Verdict {
  return { status: 'error', reason: couldNotAsk({ why, detail }), remedy: reachRemedy({ why }) }
}

/**
 * Of a question that makes no sense on a standby: vacuum, its statistics and the making of indexes are the primary's. A
 * standby counts its own reads alone, and could not run what would be advised.
 */
export function onlyOnPrimary(): Verdict {
  return { status: 'skipped', because: 'by-design', reason: onStandby({}), remedy: askPrimary({}) }
}

/** Of a question to statistics that the server does not keep. */
export function nothingCounted(): Verdict {
  return { status: 'error', reason: notCounted({}), remedy: countRemedy({}) }
}

/** A database in which nothing of the application can be seen. */
export function noTablesSeen(): Verdict {
  return { status: 'error', reason: noTables({}), remedy: rightDatabase({}) }
}

/** An answer without the row that every server gives. */
export function noRows(): Verdict {
  return blind({ ok: false, refusal: 'statement', detail: 'no rows' })
}
