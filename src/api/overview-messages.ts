import { message } from '../core/message.ts'

const statusWords = {
  en: { pass: 'pass', warn: 'warns', fail: 'fails', error: 'could not tell', skipped: 'skipped' },
  fr: { pass: 'réussi', warn: 'à surveiller', fail: 'en échec', error: 'indéterminé', skipped: 'passé' },
} as const

export const overviewTitle = message<{ systems: readonly string[]; firing: number }>('api.overview-title', {
  en: (p, f) => `${p.firing > 0 ? `(${p.firing} ✕) ` : ''}${f.list(p.systems)}`,
  fr: (p, f) => `${p.firing > 0 ? `(${p.firing} ✕) ` : ''}${f.list(p.systems)}`,
})
export const asOf = message<{ at: string; timeZone: string; everyMs: number }>('api.overview-as-of', {
  en: (p, f) => `${f.dateTime(p.at)} (${p.timeZone}) · read anew every ${f.duration(p.everyMs)}`,
  fr: (p, f) => `${f.dateTime(p.at)} (${p.timeZone}) · relu toutes les ${f.duration(p.everyMs)}`,
})
export const watchProblem = message('api.overview-problem', {
  en: () => 'The watch itself is not well',
  fr: () => 'La veille elle-même va mal',
})
export const watchProblemHint = message('api.overview-problem-hint', {
  en: () => 'What stands below may be old. See the log of vigie up',
  fr: () => 'Ce qui suit peut être ancien. Voyez le journal de vigie up',
})
export const allWell = message<{ looks: number; agoMs: number }>('api.overview-all-well', {
  en: (p, f) =>
    `All well: ${f.plural(p.looks, { one: '1 check', other: `${f.number(p.looks)} checks` })}, the last ${f.duration(whole(p.agoMs))} ago`,
  fr: (p, f) =>
    `Tout va bien : ${f.plural(p.looks, { one: '1 contrôle', other: `${f.number(p.looks)} contrôles` })}, le dernier il y a ${f.duration(whole(p.agoMs))}`,
})
export const alertsFire = message<{ count: number }>('api.overview-firing', {
  en: (p, f) => f.plural(p.count, { one: '1 alert fires', other: `${f.number(p.count)} alerts fire` }),
  fr: (p, f) => f.plural(p.count, { one: '1 alerte active', other: `${f.number(p.count)} alertes actives` }),
})
export const someAre = message<{ status: 'fail' | 'error' | 'warn'; count: number; looks: number }>(
  'api.overview-some',
  {
    en: (p, f) => `No alert fires, but ${f.number(p.count)} of ${f.number(p.looks)} checks ${saidOf.en[p.status]}`,
    fr: (p, f) =>
      `Aucune alerte active, mais sur ${f.number(p.looks)} contrôles, ${f.number(p.count)} ${saidOf.fr[p.status]}`,
  },
)
const saidOf = {
  en: { fail: 'fail', error: 'could not tell', warn: 'warn' },
  fr: { fail: 'en échec', error: 'sans réponse sûre', warn: 'à surveiller' },
} as const
export const nothingWatched = message('api.overview-nothing-watched', {
  en: () => 'Nothing is watched: no component has a check or a collector with a rhythm (vigie config explain)',
  fr: () => "Rien n'est surveillé : aucun composant n'a de contrôle ni de collecteur régulier (vigie config explain)",
})
export const quietComponent = message('api.overview-quiet', {
  en: () => 'Asked by the routines alone: vigie status',
  fr: () => 'Interrogé par les routines seules : vigie status',
})
export const statusWord = message<{ status: string }>('api.overview-status', {
  en: (p) => wordOf(statusWords.en, p.status),
  fr: (p) => wordOf(statusWords.fr, p.status),
})
export const staleWord = message<{ status: string }>('api.overview-stale', {
  en: (p) => `no news, before: ${wordOf(statusWords.en, p.status)}`,
  fr: (p) => `sans nouvelles, avant : ${wordOf(statusWords.fr, p.status)}`,
})
export const notLooked = message('api.overview-not-looked', {
  en: () => 'not looked at since the watch began',
  fr: () => 'pas encore regardé depuis le début de la veille',
})
export const ago = message<{ ms: number }>('api.overview-ago', {
  en: (p, f) => (p.ms < 1000 ? 'just now' : `${f.duration(whole(p.ms))} ago`),
  fr: (p, f) => (p.ms < 1000 ? "à l'instant" : `il y a ${f.duration(whole(p.ms))}`),
})
export const lastSeen = message<{ ms: number }>('api.overview-last-seen', {
  en: (p, f) => `last seen ${f.duration(whole(p.ms))} ago`,
  fr: (p, f) => `vu pour la dernière fois il y a ${f.duration(whole(p.ms))}`,
})
export const askAgain = message<{ step: string }>('api.overview-ask-again', {
  en: (p) => `See all that it saw: vigie run ${p.step}`,
  fr: (p) => `Voyez tout ce qu'il a vu : vigie run ${p.step}`,
})
export const pendingAlert = message('api.overview-pending', {
  en: () => 'Pending: not yet long enough to fire',
  fr: () => 'En attente : pas encore assez longtemps pour alerter',
})
export const silencedAlert = message<{ by: string }>('api.overview-silenced', {
  en: (p) => `Nobody is told: silenced by ${p.by}`,
  fr: (p) => `Personne n'est averti : alerte mise en silence par ${p.by}`,
})
export const toTake = message<{ id: string }>('api.overview-take', {
  en: (p) => `Nobody has it. To take it: vigie alerts ack ${p.id} --by NAME`,
  fr: (p) => `Personne ne s'en charge. Pour la prendre en charge : vigie alerts ack ${p.id} --by NOM`,
})
export const figuresTitle = message('api.overview-figures', {
  en: () => 'Numbers, last 24 h',
  fr: () => 'Mesures, 24 dernières heures',
})
export const checksTitle = message('api.overview-checks', { en: () => 'Checks', fr: () => 'Contrôles' })
export const columnSeries = message('api.overview-column-series', { en: () => 'Series', fr: () => 'Série' })
export const columnDay = message('api.overview-column-day', { en: () => 'Last 24 hours', fr: () => '24 heures' })
export const columnNow = message('api.overview-column-now', { en: () => 'Newest value', fr: () => 'Dernière valeur' })
export const dayRange = message<{ low: string; high: string; holeMs: number }>('api.overview-day', {
  en: (p, f) =>
    `last 24 hours: ${p.low} to ${p.high}${p.holeMs > 0 ? `, nothing measured for ${f.duration(p.holeMs)}` : ''}`,
  fr: (p, f) =>
    `24 dernières heures : de ${p.low} à ${p.high}${p.holeMs > 0 ? `, rien de mesuré pendant ${f.duration(p.holeMs)}` : ''}`,
})
export const highest = message<{ value: string }>('api.overview-highest', {
  en: (p) => `max ${p.value}`,
  fr: (p) => `max ${p.value}`,
})
export const notHere = message('api.overview-not-here', {
  en: () => 'This page is for the machine itself alone.',
  fr: () => "Cette page n'est servie qu'à la machine elle-même.",
})
export const notHereHint = message('api.overview-not-here-hint', {
  en: () =>
    'Accounts come with the dashboard. Until then let vigie up listen on 127.0.0.1, and open it there or through ssh -L 8470:127.0.0.1:8470 HOST',
  fr: () =>
    "Les comptes viendront avec le tableau de bord. D'ici là, faites écouter vigie up sur 127.0.0.1, et ouvrez-la sur place ou par ssh -L 8470:127.0.0.1:8470 HÔTE",
})
export const overviewMessages = [
  ...[
    overviewTitle,
    asOf,
    watchProblem,
    watchProblemHint,
    allWell,
    alertsFire,
    someAre,
    nothingWatched,
    quietComponent,
  ],
  ...[
    statusWord,
    staleWord,
    notLooked,
    ago,
    lastSeen,
    askAgain,
    pendingAlert,
    silencedAlert,
    toTake,
    figuresTitle,
    checksTitle,
  ],
  ...[columnSeries, columnDay, columnNow, dayRange, highest, notHere, notHereHint],
]

/** Whole seconds: nobody reads tenths of an age. */
function whole(ms: number): number {
  return Math.round(ms / 1000) * 1000
}

function wordOf(words: Readonly<Record<string, string>>, status: string): string {
  return words[status] ?? status
}
