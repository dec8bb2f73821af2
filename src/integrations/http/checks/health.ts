import * as z from 'zod'
import { defineCheck } from '../../../core/check.ts'
import type { HttpAnswer } from '../../../core/context.ts'
import { durationSchema } from '../../../core/duration.ts'
import { message } from '../../../core/message.ts'
import type { FindingDraft } from '../../../core/verdict.ts'
import { answerMessages, bodyCut, get, lookAgain, refusal } from '../answer.ts'
import { readHealthReport, type SubCheck } from '../health-report.ts'
import { type HttpOptions, headersOf, urlOf } from '../options.ts'

const unhealthy = message<{ status: number; parts: string }>('http.unhealthy', {
  en: (p) => `answered ${p.status}, but says: ${p.parts}`,
  fr: (p) => `a répondu ${p.status}, mais annonce : ${p.parts}`,
})
const part = message<{ path: string; said: string }>('http.unhealthy-part', {
  en: (p) => `${p.path === '' ? 'the service' : p.path} says "${p.said}"`,
  fr: (p) => `${p.path === '' ? 'le service' : p.path} annonce « ${p.said} »`,
})
const badStatus = message<{ status: number }>('http.health-status', {
  en: (p) => `its health report answers ${p.status}`,
  fr: (p) => `son rapport de santé répond ${p.status}`,
})
const notUnderstood = message<{ said: string }>('http.health-not-understood', {
  en: (p) => `could not tell: the health report is not understood (${p.said})`,
  fr: (p) => `indéterminé : le rapport de santé n'est pas compris (${p.said})`,
})
const notUnderstoodRemedy = message('http.health-remedy', {
  en: () =>
    'Answer JSON such as {"status":"ok","checks":{"database":{"status":"ok"}}}, leave out what is no verdict with `ignore`, or use the status check with `json`',
  fr: () =>
    'Répondez en JSON, par exemple {"status":"ok","checks":{"database":{"status":"ok"}}}, écartez avec `ignore` ce qui n’est pas un verdict, ou utilisez le contrôle status avec `json`',
})
const fine = message<{ parts: number; ms: number }>('http.healthy', {
  en: (p, f) =>
    `healthy, ${f.plural(p.parts, { one: '1 verdict', other: `${p.parts} verdicts` })} read, ${f.duration(p.ms)}`,
  fr: (p, f) =>
    `sain, ${f.plural(p.parts, { one: '1 verdict lu', other: `${p.parts} verdicts lus` })}, ${f.duration(p.ms)}`,
})

/** Bytes: a health report is a page at most. */
const maxReport = 1_000_000

export interface Sample {
  readonly url: string
  readonly answer: HttpAnswer
}

/** Reads what the service says of itself: an unhealthy part under status 200 fails and is named. */
export const healthCheck = defineCheck<HttpOptions>()({
  kind: 'http-health',
  summary: message('http.health-summary', {
    en: () => 'the body of its health report, part by part',
    fr: () => 'le corps de son rapport de santé, partie par partie',
  }),
  options: z.strictObject({
    timeout: durationSchema.default(10_000),
    /** Parts of the report that are not read, by their path: `checks.beta`. */
    ignore: z.array(z.string().min(1)).default([]),
  }),
  cadence: 'daily',
  criticality: 'critical',
  watch: { everyMs: 60_000, alertsBy: 'status' },
  retry: { attempts: 2, delayMs: 500 },
  remote: ({ url }) => url,
  appliesTo: ({ health }) => health !== undefined,
  messages: [...answerMessages, unhealthy, part, badStatus, notUnderstood, notUnderstoodRemedy, fine],
  probe: async ({ options }, { timeout }, ctx): Promise<Sample> => {
    const url = urlOf(options, options.health ?? '/health')
    return {
      url,
      answer: await get(url, await headersOf(options, ctx), { timeoutMs: timeout, maxBodyBytes: maxReport }, ctx),
    }
  },
  judge: ({ url, answer }, { ignore }) => {
    if (answer.outcome !== 'answered') return { status: 'fail', saw: 0, ...refusal(url, answer) }
    const { status, durationMs } = answer
    const measurements = { latency_ms: durationMs, http_status: status }
    const parts = answer.isBodyCut ? [] : readHealthReport(answer.body, ignore)
    const bad = parts.filter(({ health }) => health === 'unhealthy' || health === 'degraded')
    const isDown = status >= 400 || bad.some(({ health }) => health === 'unhealthy')
    if (bad.length > 0) {
      const named = bad.some(({ path }) => path !== '') ? bad.filter(({ path }) => path !== '') : bad
      const texts = named.map(({ path, said }) => (path === '' ? `"${said}"` : `${path} = "${said}"`)).join(', ')
      const findings = named.map((one) => ({ ...findingOf(one, isDown), remedy: lookAgain({ url }) }))
      return {
        status: isDown ? 'fail' : 'warn',
        saw: parts.length,
        measurements,
        findings,
        reason: unhealthy({ status, parts: texts }),
        remedy: lookAgain({ url }),
      }
    }
    if (status < 200 || status >= 300)
      return {
        status: 'fail',
        saw: parts.length,
        measurements,
        reason: badStatus({ status }),
        remedy: lookAgain({ url }),
      }
    if (answer.isBodyCut) {
      return { status: 'error', reason: bodyCut({ bytes: maxReport }), remedy: notUnderstoodRemedy({}), measurements }
    }
    const unknown = parts.find(({ health }) => health === 'unknown')
    if (parts.length === 0 || unknown !== undefined) {
      const said = unknown === undefined ? answer.body.slice(0, 60) || '∅' : `${unknown.path} "${unknown.said}"`.trim()
      return { status: 'error', reason: notUnderstood({ said }), remedy: notUnderstoodRemedy({}), measurements }
    }
    return { status: 'pass', saw: parts.length, measurements, reason: fine({ parts: parts.length, ms: durationMs }) }
  },
})

function findingOf({ path, health, said }: SubCheck, isDown: boolean): FindingDraft {
  const severity = health === 'unhealthy' ? 'critical' : isDown ? 'high' : 'medium'
  return { subject: path, severity, title: part({ path, said }) }
}
