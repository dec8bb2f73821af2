import { message } from '../../core/message.ts'
import { figure, limitText, placeIn, type TitleParams } from '../title-words.ts'
import type { ReadyRule } from './ready-rule.ts'

const slow = message<TitleParams>('alerts.slow', {
  en: (p, f) => `${placeIn(p)}: answers in ${figure(p.value, p.family, f)}, ${limitText(p, f)}`,
  fr: (p, f) => `${placeIn(p)} : répond en ${figure(p.value, p.family, f)}, ${limitText(p, f)}`,
})
const slowQuantile = message<TitleParams>('alerts.slow-p95', {
  en: (p, f) => `${placeIn(p)}: one answer in twenty takes ${figure(p.value, p.family, f)} or more, ${limitText(p, f)}`,
  fr: (p, f) =>
    `${placeIn(p)} : une réponse sur vingt prend ${figure(p.value, p.family, f)} ou plus, ${limitText(p, f)}`,
})
const slowRemedy = message('alerts.slow-remedy', {
  en: () =>
    'See which endpoint is slow: vigie metrics query http_request_seconds; then its statements and the load of its host',
  fr: () =>
    "Voyez quel point d'accès est lent : vigie metrics query http_request_seconds ; puis ses requêtes SQL et la charge de son hôte",
})
const errors = message<TitleParams>('alerts.errors', {
  en: (p, f) => `${placeIn(p)}: ${figure(p.value, p.family, f)} of the answers are server errors, ${limitText(p, f)}`,
  fr: (p, f) =>
    `${placeIn(p)} : ${figure(p.value, p.family, f)} des réponses sont des erreurs du serveur, ${limitText(p, f)}`,
})
const errorsRemedy = message('alerts.errors-remedy', {
  en: () => 'Read the errors of the last minutes in the log of the service; was it just deployed?',
  fr: () => 'Lisez les erreurs des dernières minutes dans le journal du service ; vient-il d’être déployé ?',
})
const drops = message<TitleParams>('alerts.sse-drops', {
  en: (p, f) =>
    `${placeIn(p)}: the event stream was cut ${f.plural(p.value, { one: 'once', other: `${f.number(p.value)} times` })} while we listened, and came back`,
  fr: (p, f) =>
    `${placeIn(p)} : le flux d'événements a été coupé ${f.number(p.value)} fois pendant l'écoute, puis est revenu`,
})
const dropsRemedy = message('alerts.sse-drops-remedy', {
  en: () =>
    'Look at the time-outs and buffering of the proxy before it: proxy_read_timeout and proxy_buffering off in nginx',
  fr: () =>
    'Voyez les délais et le tampon du mandataire devant lui : proxy_read_timeout et proxy_buffering off dans nginx',
})
const streamConnect = message<TitleParams>('alerts.sse-connect', {
  en: (p, f) => `${placeIn(p)}: the event stream opens after ${figure(p.value, p.family, f)}, ${limitText(p, f)}`,
  fr: (p, f) =>
    `${placeIn(p)} : le flux d'événements s'ouvre après ${figure(p.value, p.family, f)}, ${limitText(p, f)}`,
})
const streamFirst = message<TitleParams>('alerts.sse-first-event', {
  en: (p, f) =>
    `${placeIn(p)}: the first event of the stream comes after ${figure(p.value, p.family, f)}, ${limitText(p, f)}`,
  fr: (p, f) =>
    `${placeIn(p)} : le premier événement du flux vient après ${figure(p.value, p.family, f)}, ${limitText(p, f)}`,
})
const streamGap = message<TitleParams>('alerts.sse-gap', {
  en: (p, f) =>
    `${placeIn(p)}: the event stream stalled for ${figure(p.value, p.family, f)} while we listened, ${limitText(p, f)}`,
  fr: (p, f) =>
    `${placeIn(p)} : le flux d'événements s'est tu ${figure(p.value, p.family, f)} pendant l'écoute, ${limitText(p, f)}`,
})
const streamRemedy = message('alerts.sse-remedy', {
  en: () =>
    'Is the service busy, or does the proxy before it hold events back? proxy_buffering off in nginx; see what comes: curl -N',
  fr: () =>
    'Le service est-il chargé, ou le mandataire devant lui retient-il les événements ? proxy_buffering off dans nginx ; voyez ce qui arrive : curl -N',
})
const certificate = message<TitleParams>('alerts.certificate', {
  en: (p, f) => `${placeIn(p)}: the certificate ends in ${figure(p.value, p.family, f)}`,
  fr: (p, f) => `${placeIn(p)} : le certificat expire dans ${figure(p.value, p.family, f)}`,
})
const certificateRemedy = message('alerts.certificate-remedy', {
  en: () => 'Renew it (certbot renew), then reload the server',
  fr: () => 'Renouvelez-le (certbot renew), puis rechargez le serveur',
})

/** Of all requests of the window, so that a busy minute weighs more than a quiet one; fewer than 50 make no percentage. */
const serverErrors = 'ratio(http_errors_total{class="5xx"}, http_requests_total, 5m)'

/**
 * Errors as the guides say: 1 % is told, 5 % is critical. Sign-in and refresh have their own limits there (p95 400 ms and
 * 250 ms). For the rest a flow of thought breaks after 1 s (Nielsen, Response Times, 1993), as for the http checks: half
 * of it is left to the browser, and 2 s is a failure. Streams as their check: a comment every 15 s or so (HTML Living Standard,
 * 9.2.7), and 2 s for the way; one that stays away after a drop, or says nothing at all, is told by its check, and by that
 * alone. Certificates as the tls checks.
 */
export const serviceRules: readonly ReadyRule[] = [
  {
    id: 'http-errors',
    rule: `${serverErrors} > 5% min 50 samples as critical`,
    title: errors,
    remedy: errorsRemedy,
  },
  {
    id: 'http-errors-warning',
    rule: `${serverErrors} > 1% min 50 samples as medium`,
    title: errors,
    remedy: errorsRemedy,
    weakerThan: 'http-errors',
  },
  {
    id: 'http-slow',
    rule: 'http_request_seconds{quantile="0.95",endpoint=""} > 2s for 5m as high',
    title: slowQuantile,
    remedy: slowRemedy,
  },
  {
    id: 'http-slow-warning',
    rule: 'http_request_seconds{quantile="0.95",endpoint=""} > 500ms for 5m as medium',
    title: slowQuantile,
    remedy: slowRemedy,
    weakerThan: 'http-slow',
  },
  { id: 'http-response', rule: 'http_response_seconds > 2s for 5m as high', title: slow, remedy: slowRemedy },
  { id: 'http-latency', rule: 'http_latency_seconds > 2s for 5m as high', title: slow, remedy: slowRemedy },
  {
    id: 'http-latency-warning',
    rule: 'http_latency_seconds > 500ms for 5m as medium',
    title: slow,
    remedy: slowRemedy,
    weakerThan: 'http-latency',
  },
  {
    id: 'auth-slow',
    rule: 'http_request_seconds{quantile="0.95",endpoint="*auth*",endpoint!="*refresh*"} > 400ms for 5m as high',
    title: slowQuantile,
    remedy: slowRemedy,
  },
  {
    id: 'login-slow',
    rule: 'http_request_seconds{quantile="0.95",endpoint="*login*",endpoint!="*auth*"} > 400ms for 5m as high',
    title: slowQuantile,
    remedy: slowRemedy,
  },
  {
    id: 'refresh-slow',
    rule: 'http_request_seconds{quantile="0.95",endpoint="*refresh*"} > 250ms for 5m as high',
    title: slowQuantile,
    remedy: slowRemedy,
  },
  { id: 'sse-drops', rule: 'http_sse_drops > 0 and http_sse_up > 0 as high', title: drops, remedy: dropsRemedy },
  {
    id: 'sse-gap',
    rule: 'http_sse_gap_seconds > 17s and http_sse_up > 0 as medium',
    title: streamGap,
    remedy: streamRemedy,
  },
  {
    id: 'sse-first-event',
    // A stream whose events are rare has a late one now and then.
    rule: 'http_sse_first_event_seconds > 17s and http_sse_up > 0 for 5m as medium',
    title: streamFirst,
    remedy: streamRemedy,
  },
  {
    id: 'sse-connect',
    rule: 'http_sse_connect_seconds > 2s and http_sse_up > 0 for 5m as high',
    title: streamConnect,
    remedy: streamRemedy,
  },
  {
    id: 'certificate-warning',
    // The last week is told by the check itself.
    rule: 'certificate_days_left < 21d and certificate_days_left >= 7d as medium',
    title: certificate,
    remedy: certificateRemedy,
  },
]
