import * as z from 'zod'
import { defineCheck } from '../../../core/check.ts'
import type { HttpAnswer } from '../../../core/context.ts'
import { durationSchema } from '../../../core/duration.ts'
import { message, type Text } from '../../../core/message.ts'
import { answerMessages, bodyCut, get, refusal } from '../answer.ts'
import { type HttpOptions, headersOf, urlOf } from '../options.ts'

const wrongStatus = message<{ status: number; expected: string }>('http.wrong-status', {
  en: (p) => `answered ${p.status}, expected ${p.expected}`,
  fr: (p) => `a répondu ${p.status}, attendu ${p.expected}`,
})
const slow = message<{ ms: number; limitMs: number }>('http.slow', {
  en: (p, f) => `answered in ${f.duration(p.ms)}, limit ${f.duration(p.limitMs)}`,
  fr: (p, f) => `a répondu en ${f.duration(p.ms)}, limite ${f.duration(p.limitMs)}`,
})
const wrongBody = message<{ what: string; got: string }>('http.wrong-body', {
  en: (p) => `the body does not hold ${p.what}${p.got === '' ? '' : `, but ${p.got}`}`,
  fr: (p) => `le corps ne contient pas ${p.what}${p.got === '' ? '' : `, mais ${p.got}`}`,
})
const wrongHeader = message<{ name: string; got: string; want: string }>('http.wrong-header', {
  en: (p) => `header ${p.name} is ${p.got === '' ? 'missing' : `"${p.got}"`}, expected ${p.want}`,
  fr: (p) => `l'en-tête ${p.name} est ${p.got === '' ? 'absent' : `« ${p.got} »`}, attendu ${p.want}`,
})
const bodyCutRemedy = message('http.body-cut-remedy', {
  en: () => 'Ask for a shorter answer, or read more of it with maxBodyBytes',
  fr: () => 'Demandez une réponse plus courte, ou lisez-en plus avec maxBodyBytes',
})
const notText = message<{ type: string }>('http.body-not-text', {
  en: (p) => `could not tell: the body is not text of the character set it is sent as (${p.type})`,
  fr: (p) => `indéterminé : le corps n'est pas du texte dans le jeu de caractères annoncé (${p.type})`,
})
const notTextRemedy = message('http.body-not-text-remedy', {
  en: () => 'Let the service send its true charset: content-type: text/html; charset=utf-8',
  fr: () => 'Faites envoyer au service son vrai jeu de caractères : content-type: text/html; charset=utf-8',
})
const fine = message<{ status: number; ms: number }>('http.fine', {
  en: (p, f) => `${p.status} in ${f.duration(p.ms)}`,
  fr: (p, f) => `${p.status} en ${f.duration(p.ms)}`,
})

const options = z.strictObject({
  path: z.string().default(''),
  method: z.enum(['GET', 'HEAD', 'OPTIONS']).default('GET'),
  /** Codes or classes such as `2xx`. */
  status: z.array(z.union([z.number().int(), z.string().regex(/^[1-5]xx$/)])).default(['2xx']),
  /** Slower is a warning: the time after which people lose their train of thought (Nielsen, Response Times, 1993: 1 s), doubled for a cold cache. */
  warnLatency: durationSchema.default(2000),
  timeout: durationSchema.default(10_000),
  maxRedirects: z.number().int().min(0).max(20).default(5),
  maxBodyBytes: z.number().int().positive().default(1_000_000),
  bodyContains: z.string().optional(),
  bodyMatches: z.string().refine(isRegex, 'not a regular expression').optional(),
  /** Path in a JSON body → the value that must stand there: `{ 'data.status': 'ok' }`. */
  json: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).default({}),
  /** Header name → regular expression. */
  header: z.record(z.string(), z.string().refine(isRegex, 'not a regular expression')).default({}),
})
type Options = z.output<typeof options>

export interface Sample {
  readonly url: string
  readonly answer: HttpAnswer
}

/** Does the service answer as it should: status, time, headers, body? */
export const statusCheck = defineCheck<HttpOptions>()({
  kind: 'http-status',
  summary: message('http.status-summary', {
    en: () => 'the service answers: status, time, headers, body',
    fr: () => 'le service répond : statut, délai, en-têtes, corps',
  }),
  options,
  cadence: 'daily',
  criticality: 'critical',
  watch: { everyMs: 60_000, alertsBy: 'status' },
  timeoutMs: 30_000,
  retry: { attempts: 2, delayMs: 500 },
  remote: ({ url }) => url,
  messages: [
    ...answerMessages,
    wrongStatus,
    slow,
    wrongBody,
    wrongHeader,
    bodyCut,
    bodyCutRemedy,
    notText,
    notTextRemedy,
    fine,
  ],
  probe: async (component, { path, method, timeout, maxRedirects, maxBodyBytes }, ctx): Promise<Sample> => {
    const url = urlOf(component.options, path)
    const headers = await headersOf(component.options, ctx)
    return { url, answer: await get(url, headers, { method, timeoutMs: timeout, maxRedirects, maxBodyBytes }, ctx) }
  },
  judge: ({ url, answer }, wanted) => {
    if (answer.outcome !== 'answered') return { status: 'fail', saw: 1, ...refusal(url, answer) }
    const { status, durationMs, firstByteMs, bodyBytes } = answer
    const measurements = {
      latency_ms: durationMs,
      first_byte_ms: firstByteMs,
      http_status: status,
      size_bytes: bodyBytes,
    }
    const seen = { saw: 1, measurements }
    if (!wanted.status.some((one) => (typeof one === 'number' ? one === status : one[0] === String(status)[0]))) {
      return { status: 'fail', ...seen, reason: wrongStatus({ status, expected: wanted.status.join(', ') }) }
    }
    const badHeader = wrongHeaderOf(answer.headers, wanted)
    if (badHeader !== undefined) return { status: 'fail', ...seen, reason: badHeader }
    const badBody = wrongBodyOf(answer.body, wanted)
    if (answer.isBodyCut && (badBody !== undefined || asksForPlace.test(wanted.bodyMatches ?? ''))) {
      const reason = bodyCut({ bytes: wanted.maxBodyBytes })
      return { status: 'error', reason, remedy: bodyCutRemedy({}), measurements }
    }
    if (badBody !== undefined) {
      // What could not be decoded may be what was looked for.
      if (!answer.body.includes('\uFFFD')) return { status: 'fail', ...seen, reason: badBody }
      const type = answer.headers['content-type'] ?? 'utf-8'
      return { status: 'error', reason: notText({ type }), remedy: notTextRemedy({}), measurements }
    }
    if (durationMs > wanted.warnLatency) {
      return { status: 'warn', ...seen, reason: slow({ ms: durationMs, limitMs: wanted.warnLatency }) }
    }
    return { status: 'pass', ...seen, reason: fine({ status, ms: durationMs }) }
  },
})

/** Anchors, word boundaries, looking ahead and behind: in a body that was cut they may find what is not so. */
const asksForPlace = /[\^$]|\\b|\\B|\(\?[=!<]/

function wrongHeaderOf(headers: Readonly<Record<string, string>>, { header }: Options): Text | undefined {
  for (const [name, want] of Object.entries(header)) {
    const got = headers[name.toLowerCase()]
    if (got === undefined || !new RegExp(want).test(got))
      return wrongHeader({ name, got: got ?? '', want: `/${want}/` })
  }
  return undefined
}

function wrongBodyOf(body: string, { bodyContains, bodyMatches, json }: Options): Text | undefined {
  if (bodyContains !== undefined && !body.includes(bodyContains))
    return wrongBody({ what: `"${bodyContains}"`, got: '' })
  if (bodyMatches !== undefined && !new RegExp(bodyMatches).test(body))
    return wrongBody({ what: `/${bodyMatches}/`, got: '' })
  if (Object.keys(json).length === 0) return undefined
  const value = parsed(body)
  if (value === undefined) return wrongBody({ what: 'JSON', got: body.slice(0, 80) })
  for (const [path, want] of Object.entries(json)) {
    const got = path.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], value)
    if (got !== want)
      return wrongBody({
        what: `${path} = ${JSON.stringify(want)}`,
        got: `${path} = ${JSON.stringify(got) ?? 'nothing'}`,
      })
  }
  return undefined
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isRegex(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp
  } catch {
    return false
  }
}
