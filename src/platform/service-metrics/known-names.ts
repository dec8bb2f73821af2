import type { Labels } from '../../core/series.ts'

/**
 * How programs name what they expose. Sources: the READMEs of prom-client, express-prom-bundle, prometheus-fastapi-
 * instrumentator, starlette_exporter, prometheus-flask-exporter, django-prometheus, Micrometer, and OpenTelemetry's
 * semantic conventions for HTTP.
 */
const endpointLabels = [
  ...[
    'route',
    'http_route',
    'path_template',
    'handler',
    'endpoint',
    'view',
    'path',
    'url_rule',
    'uri',
    'url_path',
    'url',
  ],
]
const statusLabels = [
  ...['code', 'status', 'status_code', 'http_status', 'http_status_code', 'http_response_status_code', 'statuscode'],
]
const outcomeLabels = ['result', 'outcome', 'status', 'success', 'state']

const duration =
  /^(?:\w+_)?(?:http|requests?|responses?)(?:_\w+)?_(?:duration|latency|time)(?:_\w+)?_(seconds|milliseconds|ms)(?:_by_\w+)?$/
const durationOfMicrometer = /^(?:\w+_)?http_(?:server_)?requests?_(seconds)$/
const requests = /^(?:[a-z0-9]+_)*?(?:http_)?(?:server_)?(?:requests?|responses?)(?:_total_by_\w+)?_total$/
/** Requests that a program makes itself, and what is no answer to one. */
const other = /(?:^|_)(?:client|outgoing|outbound|upstream|exceptions?|websocket|dns)(?:_|$)/
const authentication = /(?:^|_)(?:auth|authentications?|logins?|signins?|sign_ins?|token_refresh(?:es)?)(?:_|$)/

/** Milliseconds and seconds in seconds; undefined when the name is not that of the time that requests take. */
export function durationScale(family: string): number | undefined {
  if (other.test(family)) return undefined
  const unit = duration.exec(family)?.[1] ?? durationOfMicrometer.exec(family)?.[1]
  return unit === undefined ? undefined : unit === 'seconds' ? 1 : 0.001
}

export function isRequestCounter(name: string): boolean {
  return requests.test(name) && !other.test(name) && !isAuthCounter(name)
}

export function isAuthCounter(name: string): boolean {
  return authentication.test(name) && name.endsWith('_total')
}

/** Which part of the program answered: a route, not a raw path, if the program is well made. */
export function endpointOf(labels: Labels): string | undefined {
  const name = endpointLabels.find((one) => labels[one] !== undefined)
  return name === undefined ? undefined : labels[name] || 'unknown'
}

/** `2xx` to `5xx`, from a whole code or a class of codes. */
export function statusClassOf(labels: Labels): string | undefined {
  for (const name of statusLabels) {
    const digit = /^([1-5])(?:\d\d|xx)$/i.exec(labels[name] ?? '')?.[1]
    if (digit !== undefined) return `${digit}xx`
  }
  return undefined
}

export type AuthOutcome = 'attempt' | 'success' | 'failure'

const words: readonly (readonly [AuthOutcome, RegExp])[] = [
  ['failure', /(?:^|_)(?:fail(?:ed|ures?)?|errors?|denied|invalid|rejected|false|unauthorized|refused)(?:_|$)/i],
  ['success', /(?:^|_)(?:success(?:es|ful)?|succeeded|ok|true|granted|accepted|valid)(?:_|$)/i],
  ['attempt', /(?:^|_)attempts?(?:_|$)/i],
]

/** What a label says of an authentication; undefined when no label does. */
export function authLabelOutcome(labels: Labels): AuthOutcome | undefined {
  for (const name of outcomeLabels) {
    const value = labels[name]
    const found = value === undefined ? undefined : words.find(([, word]) => word.test(value))
    if (found !== undefined) return found[0]
  }
  return undefined
}

/** What the name of a counter says: `auth_login_failures_total`; of one that says nothing, attempts. */
export function authNameOutcome(name: string): AuthOutcome {
  return words.find(([, word]) => word.test(name.replace(/_total$/, '')))?.[0] ?? 'attempt'
}
