import { message } from '../../../core/message.ts'
import { grantMonitor, notReached, reachRemedy } from '../texts.ts'

export const actsOnPrimary = message('postgres.acts-on-primary', {
  en: () => 'this server is a standby: it takes no changes',
  fr: () => "ce serveur est un secondaire : il n'accepte aucune modification",
})
export const actsOnPrimaryRemedy = message('postgres.acts-on-primary-remedy', {
  en: () => 'Give the url of the primary as actingUrl. Where it is: SELECT sender_host FROM pg_stat_wal_receiver;',
  fr: () => "Donnez l'url du primaire dans actingUrl. Où il est : SELECT sender_host FROM pg_stat_wal_receiver;",
})
export const poolerBetween = message('postgres.pooler-between', {
  en: () =>
    'a pooler stands between us and PostgreSQL: limits on time and locks would be left behind in a session of the application',
  fr: () =>
    "un pooler se trouve entre nous et PostgreSQL : les limites de temps et de verrous resteraient dans une session de l'application",
})
export const poolerRemedy = message('postgres.pooler-remedy', {
  en: () => 'Give the address of PostgreSQL itself as actingUrl (usually port 5432)',
  fr: () => "Donnez l'adresse de PostgreSQL lui-même dans actingUrl (d'ordinaire le port 5432)",
})
export const otherActs = message<{ pid: number }>('postgres.other-acts', {
  en: (p) => `another Vigie works on this database (pid ${p.pid} of PostgreSQL): one at a time`,
  fr: (p) => `un autre Vigie travaille sur cette base (pid ${p.pid} de PostgreSQL) : un seul à la fois`,
})
export const otherActsRemedy = message('postgres.other-acts-remedy', {
  en: () => 'Wait until it has ended, then try again',
  fr: () => "Attendez qu'il ait fini, puis recommencez",
})
export const noRoom = message<{ why: 'lag' | 'load' | 'hidden'; value: number; limit: number }>('postgres.no-room', {
  en: (p, f) =>
    p.why === 'lag'
      ? `stopped: a replica is ${f.duration(p.value)} behind, the limit is ${f.duration(p.limit)}`
      : p.why === 'load'
        ? `stopped: ${f.number(p.value)} sessions work at once, the limit is ${f.number(p.limit)}`
        : 'stopped: the role may not see how far the replicas are behind, or how many sessions work',
  fr: (p, f) =>
    p.why === 'lag'
      ? `arrêté : un réplica a ${f.duration(p.value)} de retard, la limite est de ${f.duration(p.limit)}`
      : p.why === 'load'
        ? `arrêté : ${f.number(p.value)} sessions travaillent à la fois, la limite est de ${f.number(p.limit)}`
        : 'arrêté : le rôle ne voit ni le retard des réplicas ni les sessions actives',
})
export const noRoomRemedy = message('postgres.no-room-remedy', {
  en: () => 'Choose a quieter hour, or raise the component\'s "limits" knowingly. What was done stays done',
  fr: () =>
    'Choisissez une heure plus calme, ou relevez « limits » du composant en connaissance de cause. Ce qui est fait reste fait',
})

/** What PostgreSQL answered instead of doing it. */
export const refused = message<{ why: string; statement: string; detail: string }>('postgres.refused', {
  en: (p) => `${english[p.why] ?? english['other']}: ${p.detail} (${p.statement})`,
  fr: (p) => `${french[p.why] ?? french['other']} : ${p.detail} (${p.statement})`,
})
export const refusedRemedy = message<{ why: string }>('postgres.refused-remedy', {
  en: (p) => englishRemedies[p.why] ?? 'See the log of PostgreSQL',
  fr: (p) => frenchRemedies[p.why] ?? 'Voyez le journal de PostgreSQL',
})

const english: Readonly<Record<string, string>> = {
  lock: 'somebody holds the lock that this needs',
  time: 'it took longer than it may',
  canceled: 'somebody canceled it',
  denied: 'the role may not do this',
  full: 'there is no space left',
  'read-only': 'the database takes no changes',
  cut: 'the connection was cut in the middle',
  gone: 'it is not there any more',
  violated: 'a constraint forbids it',
  undone: 'it undid the whole transaction, since a statement in it had failed',
  other: 'PostgreSQL refused',
}
const french: Readonly<Record<string, string>> = {
  lock: 'une autre session tient le verrou nécessaire',
  time: 'plus long que permis',
  canceled: "quelqu'un l'a annulé",
  denied: "le rôle n'en a pas le droit",
  full: "il n'y a plus de place",
  'read-only': "la base n'accepte aucune modification",
  cut: 'la connexion a été coupée en cours de route',
  gone: "n'existe plus",
  violated: "une contrainte l'interdit",
  undone: 'il a annulé toute la transaction, une requête y ayant échoué',
  other: 'PostgreSQL a refusé',
}
const englishRemedies: Readonly<Record<string, string>> = {
  lock: 'See who: vigie db locks. Then try again, in a quieter hour',
  time: 'Try again in a quieter hour, or give the task a longer timeLimit',
  canceled: 'Try again',
  denied: 'Give a role that owns the tables as actingUrl, or GRANT it what is missing',
  full: 'Make room first: vigie db bloat shows what could be gained',
  'read-only': 'See default_transaction_read_only, and whether this is the primary',
  cut: 'Is PostgreSQL running? pg_isready. Then run it again: what was left over is cleaned up first',
  gone: 'Nothing to do: plan it again',
  violated: 'See the rows that it names',
  undone: 'Nothing of it was done. The evidence of the step shows which statement failed',
}
const frenchRemedies: Readonly<Record<string, string>> = {
  lock: 'Voyez qui : vigie db locks. Puis recommencez, à une heure plus calme',
  time: 'Recommencez à une heure plus calme, ou donnez à la tâche un timeLimit plus long',
  canceled: 'Recommencez',
  denied: 'Donnez dans actingUrl un rôle propriétaire des tables, ou accordez (GRANT) ce qui manque',
  full: "Faites d'abord de la place : vigie db bloat montre ce qui peut être gagné",
  'read-only': 'Voyez default_transaction_read_only, et si ce serveur est bien le primaire',
  cut: "PostgreSQL est-il démarré ? pg_isready. Puis relancez : les restes sont d'abord nettoyés",
  gone: 'Rien à faire : établissez un nouveau plan',
  violated: 'Voyez les lignes nommées',
  undone: "Rien n'en a été fait. Les preuves de l'étape montrent quelle requête a échoué",
}

export const actingTexts = [
  ...[
    actsOnPrimary,
    actsOnPrimaryRemedy,
    poolerBetween,
    poolerRemedy,
    otherActs,
    otherActsRemedy,
    noRoom,
    noRoomRemedy,
  ],
  ...[refused, refusedRemedy, notReached, reachRemedy, grantMonitor],
]
