import { message } from '../../core/message.ts'
import { whyIn } from './answer.ts'

export const summary = message('http.sse-summary', {
  en: () => 'its event stream: connection, first event, gaps, drops',
  fr: () => "son flux d'événements : connexion, premier événement, silences, coupures",
})
export const wrongStatus = message<{ url: string; status: number }>('http.sse-wrong-status', {
  en: (p) => `${p.url} answers with HTTP ${p.status} and no event stream`,
  fr: (p) => `${p.url} répond HTTP ${p.status}, sans flux d'événements`,
})
export const wrongType = message<{ url: string; type: string }>('http.sse-wrong-type', {
  en: (p) => `${p.url} answers with ${p.type === '' ? 'no content type' : p.type}, expected text/event-stream`,
  fr: (p) => `${p.url} répond ${p.type === '' ? 'sans type de contenu' : p.type}, attendu text/event-stream`,
})
export const notBack = message<{ afterMs: number; detail: string; why: string; url: string }>('http.sse-not-back', {
  en: (p, f) =>
    `the event stream ${cut.en(p.detail)} after ${f.duration(p.afterMs)} and did not come back: ${whyIn.en(p.why, p.url)}`,
  fr: (p, f) =>
    `le flux d'événements a été ${cut.fr(p.detail)} au bout de ${f.duration(p.afterMs)} et n'est pas revenu : ${whyIn.fr(p.why, p.url)}`,
})
export const longWait = message<{ afterMs: number; detail: string; retryMs: number }>('http.sse-long-wait', {
  en: (p, f) =>
    `the event stream ${cut.en(p.detail)} after ${f.duration(p.afterMs)}; clients are told to wait ${f.duration(p.retryMs)} before they come back`,
  fr: (p, f) =>
    `le flux d'événements a été ${cut.fr(p.detail)} au bout de ${f.duration(p.afterMs)} ; les clients doivent attendre ${f.duration(p.retryMs)} avant de revenir`,
})
export const cutAgain = message<{ afterMs: number; detail: string }>('http.sse-cut-again', {
  en: (p, f) => `the event stream ${cut.en(p.detail)} after ${f.duration(p.afterMs)}, came back, and was cut again`,
  fr: (p, f) =>
    `le flux d'événements a été ${cut.fr(p.detail)} au bout de ${f.duration(p.afterMs)}, est revenu, puis a été coupé de nouveau`,
})
export const cutOnce = message<{ afterMs: number; detail: string }>('http.sse-cut-once', {
  en: (p, f) => `the event stream ${cut.en(p.detail)} after ${f.duration(p.afterMs)}; it came back`,
  fr: (p, f) => `le flux d'événements a été ${cut.fr(p.detail)} au bout de ${f.duration(p.afterMs)} ; il est revenu`,
})
const cut = {
  en: (detail: string): string => (detail === '' ? 'was ended by the server' : `was cut (${detail})`),
  fr: (detail: string): string => (detail === '' ? 'terminé par le serveur' : `coupé (${detail})`),
} as const
export const cutRemedy = message('http.sse-cut-remedy', {
  en: () =>
    'Look at the time limits and buffers between: proxy_read_timeout and proxy_buffering off in nginx, the worker timeout of the application server, the log of the service at that minute',
  fr: () =>
    "Voyez les délais et les tampons sur le chemin : proxy_read_timeout et proxy_buffering off dans nginx, le délai des workers du serveur d'application, le journal du service à cette minute",
})
export const silent = message<{ heardMs: number; bytes: number }>('http.sse-silent', {
  en: (p, f) =>
    `no event and no comment came in ${f.duration(p.heardMs)}${p.bytes > 0 ? `: ${f.bytes(p.bytes)} that are neither` : ''}`,
  fr: (p, f) =>
    `ni événement ni commentaire en ${f.duration(p.heardMs)}${p.bytes > 0 ? ` : ${f.bytes(p.bytes)} qui ne sont ni l'un ni l'autre` : ''}`,
})
export const silentRemedy = message<{ url: string }>('http.sse-silent-remedy', {
  en: (p) =>
    `Let the service send a comment every 15 s, or listen for longer: checks: { sse: { listen: '60s', timeLimit: '2m' } }. See what comes: curl -N -H 'Accept: text/event-stream' ${p.url}`,
  fr: (p) =>
    `Faites envoyer un commentaire au service toutes les 15 s, ou écoutez plus longtemps : checks: { sse: { listen: '60s', timeLimit: '2m' } }. Voyez ce qui arrive : curl -N -H 'Accept: text/event-stream' ${p.url}`,
})
export const tooLong = message<{ bytes: number }>('http.sse-event-too-long', {
  en: (p, f) => `could not tell: an event or a line is longer than ${f.bytes(p.bytes)} and was not read to its end`,
  fr: (p, f) => `indéterminé : un événement ou une ligne dépasse ${f.bytes(p.bytes)} et n'a pas été lu en entier`,
})
export const tooLongRemedy = message('http.sse-event-too-long-remedy', {
  en: () =>
    'Does the service end its lines? If such events are meant, read longer ones with maxEvent, or more in all with maxBytes',
  fr: () =>
    'Le service termine-t-il ses lignes ? Si de tels événements sont voulus, lisez-en de plus longs avec maxEvent, ou davantage en tout avec maxBytes',
})
export const slow = message<{ ms: number; limitMs: number }>('http.sse-slow', {
  en: (p, f) => `the first event came after ${f.duration(p.ms)}, limit ${f.duration(p.limitMs)}`,
  fr: (p, f) => `le premier événement est venu après ${f.duration(p.ms)}, limite ${f.duration(p.limitMs)}`,
})
export const gap = message<{ ms: number; limitMs: number }>('http.sse-gap', {
  en: (p, f) => `no event and no comment for ${f.duration(p.ms)}, limit ${f.duration(p.limitMs)}`,
  fr: (p, f) => `ni événement ni commentaire pendant ${f.duration(p.ms)}, limite ${f.duration(p.limitMs)}`,
})
export const look = message<{ url: string }>('http.sse-look', {
  en: (p) => `See what comes, and when: curl -N -H 'Accept: text/event-stream' ${p.url}`,
  fr: (p) => `Voyez ce qui arrive, et quand : curl -N -H 'Accept: text/event-stream' ${p.url}`,
})
export const fine = message<{ events: number; comments: number; heardMs: number; gapMs: number }>('http.sse-fine', {
  en: (p, f) =>
    `${f.plural(p.events, { one: '1 event', other: `${p.events} events` })} and ${f.plural(p.comments, { one: '1 comment', other: `${p.comments} comments` })} in ${f.duration(p.heardMs)}, longest gap ${f.duration(p.gapMs)}`,
  fr: (p, f) =>
    `${f.plural(p.events, { one: `${p.events} événement`, other: `${p.events} événements` })} et ${f.plural(p.comments, { one: `${p.comments} commentaire`, other: `${p.comments} commentaires` })} en ${f.duration(p.heardMs)}, plus long silence ${f.duration(p.gapMs)}`,
})
export const sseMessages = [
  ...[summary, wrongStatus, wrongType, notBack, longWait, cutAgain, cutOnce, cutRemedy, silent, silentRemedy],
  ...[tooLong, tooLongRemedy, slow, gap, look, fine],
]
