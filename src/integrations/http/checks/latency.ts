import * as z from 'zod'
import { defineCheck } from '../../../core/check.ts'
import { durationSchema } from '../../../core/duration.ts'
import { message } from '../../../core/message.ts'
import { type FindingDraft, statusOf } from '../../../core/verdict.ts'
import { answerMessages, get, noAnswerRemedy, timeIt, whyIn } from '../answer.ts'
import { type HttpOptions, headersOf, urlOf } from '../options.ts'

const slow = message<{ path: string; medianMs: number; limitMs: number }>('http.endpoint-slow', {
  en: (p, f) => `${p.path} takes ${f.duration(p.medianMs)} (median), limit ${f.duration(p.limitMs)}`,
  fr: (p, f) => `${p.path} prend ${f.duration(p.medianMs)} (médiane), limite ${f.duration(p.limitMs)}`,
})
const noTime = message<{ path: string; detail: string; url?: string }>('http.endpoint-no-time', {
  en: (p) => `could not tell: ${p.path} was not timed (${whyIn.en(p.detail, p.url ?? '')})`,
  fr: (p) => `indéterminé : ${p.path} n'a pas été mesuré (${whyIn.fr(p.detail, p.url ?? '')})`,
})
const fine = message<{ count: number; worstMs: number }>('http.endpoints-fast', {
  en: (p, f) =>
    `${f.plural(p.count, { one: '1 endpoint', other: `${p.count} endpoints` })}, slowest ${f.duration(p.worstMs)}`,
  fr: (p, f) =>
    `${f.plural(p.count, { one: '1 point d’accès', other: `${p.count} points d’accès` })}, le plus lent ${f.duration(p.worstMs)}`,
})

const options = z.strictObject({
  paths: z.array(z.string().startsWith('/')).min(1).default(['/']),
  samples: z.number().int().min(1).max(50).default(5),
  /** A flow of thought breaks after 1 s (Nielsen, Response Times, 1993); half of it is left to the browser. */
  warn: durationSchema.default(500),
  fail: durationSchema.default(2000),
  timeout: durationSchema.default(5000),
})

export interface Timing {
  readonly path: string
  readonly url: string
  readonly timesMs: readonly number[]
  /** Why a request did not count; undefined when all did. */
  readonly failure: string | undefined
}

/** How long the endpoints take, over a few requests on a kept connection, one after the other. */
export const latencyCheck = defineCheck<HttpOptions>()({
  kind: 'http-latency',
  summary: message('http.latency-summary', {
    en: () => 'the response time of its endpoints',
    fr: () => "le temps de réponse de ses points d'accès",
  }),
  options,
  cadence: 'daily',
  criticality: 'important',
  watch: { everyMs: 300_000, alertsBy: 'rules' },
  timeoutMs: 60_000,
  remote: ({ url }) => url,
  messages: [...answerMessages, slow, noTime, fine],
  probe: async (component, { paths, samples, timeout }, ctx): Promise<readonly Timing[]> => {
    const headers = await headersOf(component.options, ctx)
    const timings: Timing[] = []
    for (const path of paths) {
      const url = urlOf(component.options, path)
      const timesMs: number[] = []
      let failure: string | undefined
      for (let sample = 0; sample < samples && failure === undefined; sample++) {
        const answer = await get(url, headers, { timeoutMs: timeout }, ctx)
        if (answer.outcome !== 'answered') failure = answer.outcome
        else if (answer.status >= 400) failure = `HTTP ${answer.status}`
        else timesMs.push(answer.durationMs)
      }
      timings.push({ path, url, timesMs, failure })
    }
    return timings
  },
  judge: (timings, { warn, fail }) => {
    const failed = timings.find(({ failure }) => failure !== undefined)
    if (failed !== undefined) {
      const { path, url, failure: detail = '' } = failed
      return { status: 'error', reason: noTime({ path, url, detail }), remedy: noAnswerRemedy({ url, why: detail }) }
    }
    const timed = timings.filter(({ timesMs }) => timesMs.length > 0)
    const medians = timed.map(({ path, url, timesMs }) => ({ path, url, medianMs: median(timesMs) }))
    const measurements = Object.fromEntries(medians.map(({ path, medianMs }) => [`latency_ms:${path}`, medianMs]))
    const findings = medians
      .filter(({ medianMs }) => medianMs > warn)
      .map(({ path, url, medianMs }): FindingDraft => {
        const isBad = medianMs > fail
        return {
          subject: path,
          severity: isBad ? 'high' : 'medium',
          title: slow({ path, medianMs, limitMs: isBad ? fail : warn }),
          remedy: timeIt({ url }),
        }
      })
    const seen = { saw: timed.length, measurements }
    const [first] = findings
    if (first !== undefined) return { status: statusOf(findings), ...seen, findings, reason: first.title }
    return {
      status: 'pass',
      ...seen,
      reason: fine({ count: timed.length, worstMs: Math.max(...medians.map(({ medianMs }) => medianMs)) }),
    }
  },
})

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
}
