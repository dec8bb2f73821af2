import * as z from 'zod'
import { defineCheck } from '../../../core/check.ts'
import type { HttpAnswer } from '../../../core/context.ts'
import { durationSchema } from '../../../core/duration.ts'
import { message } from '../../../core/message.ts'
import { answerMessages, bodyCut, get, lookAgain, refusal, timeIt } from '../answer.ts'
import {
  assertionOptions,
  assertionTexts,
  type Found,
  search,
  slowOf,
  tooSlow,
  tooSlowRemedy,
  wrongBodyOf,
  wrongHeaderOf,
} from '../assertions.ts'
import { type HttpOptions, headersOf, urlOf } from '../options.ts'

const wrongStatus = message<{ status: number; expected: string }>('http.wrong-status', {
  en: (p) => `answered ${p.status}, expected ${p.expected}`,
  fr: (p) => `a répondu ${p.status}, attendu ${p.expected}`,
})
const slow = message<{ ms: number; limitMs: number }>('http.slow', {
  en: (p, f) => `answered in ${f.duration(p.ms)}, limit ${f.duration(p.limitMs)}`,
  fr: (p, f) => `a répondu en ${f.duration(p.ms)}, limite ${f.duration(p.limitMs)}`,
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
  ...assertionOptions,
})
export interface Sample {
  readonly url: string
  readonly answer: HttpAnswer
  readonly found: Found
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
    ...assertionTexts,
    bodyCut,
    bodyCutRemedy,
    notText,
    notTextRemedy,
    fine,
  ],
  probe: async (
    component,
    { path, method, timeout, maxRedirects, maxBodyBytes, bodyMatches, header },
    ctx,
  ): Promise<Sample> => {
    const url = urlOf(component.options, path)
    const headers = await headersOf(component.options, ctx)
    const answer = await get(url, headers, { method, timeoutMs: timeout, maxRedirects, maxBodyBytes }, ctx)
    return { url, answer, found: search(answer, { bodyMatches, header }) }
  },
  judge: ({ url, answer, found }, wanted) => {
    if (answer.outcome !== 'answered') return { status: 'fail', saw: 0, ...refusal(url, answer) }
    const { status, durationMs, firstByteMs, bodyBytes } = answer
    const measurements = {
      latency_ms: durationMs,
      first_byte_ms: firstByteMs,
      http_status: status,
      size_bytes: bodyBytes,
    }
    const seen = { saw: 1, measurements }
    const remedy = lookAgain({ url })
    if (!wanted.status.some((one) => (typeof one === 'number' ? one === status : one[0] === String(status)[0]))) {
      return { status: 'fail', ...seen, reason: wrongStatus({ status, expected: wanted.status.join(', ') }), remedy }
    }
    const slowPattern = slowOf(found, wanted)
    if (slowPattern !== undefined) {
      return { status: 'error', reason: tooSlow({ pattern: slowPattern }), remedy: tooSlowRemedy({}), measurements }
    }
    const badHeader = wrongHeaderOf(answer.headers, found, wanted)
    if (badHeader !== undefined) return { status: 'fail', ...seen, reason: badHeader, remedy }
    const badBody = wrongBodyOf(answer.body, found, wanted)
    if (answer.isBodyCut && (badBody !== undefined || asksForPlace.test(wanted.bodyMatches ?? ''))) {
      const reason = bodyCut({ bytes: wanted.maxBodyBytes })
      return { status: 'error', reason, remedy: bodyCutRemedy({}), measurements }
    }
    if (badBody !== undefined) {
      // What could not be decoded may be what was looked for.
      if (!answer.body.includes('\uFFFD')) return { status: 'fail', ...seen, reason: badBody, remedy }
      const type = answer.headers['content-type'] ?? 'utf-8'
      return { status: 'error', reason: notText({ type }), remedy: notTextRemedy({}), measurements }
    }
    if (durationMs > wanted.warnLatency) {
      return {
        status: 'warn',
        ...seen,
        reason: slow({ ms: durationMs, limitMs: wanted.warnLatency }),
        remedy: timeIt({ url }),
      }
    }
    return { status: 'pass', ...seen, reason: fine({ status, ms: durationMs }) }
  },
})

/** Anchors, word boundaries, looking ahead and behind: in a body that was cut they may find what is not so. */
const asksForPlace = /[\^$]|\\b|\\B|\(\?[=!<]/
