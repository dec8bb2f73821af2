import type { AnswerHead, StepContext } from '../../core/context.ts'
import { VigieError } from '../../core/errors.ts'
import { message } from '../../core/message.ts'
import type { ExpositionParser, ExpositionSink } from '../../platform/exposition/exposed.ts'
import { ExpositionError } from '../../platform/exposition/exposition-error.ts'
import { metricsUnreadable } from '../../platform/exposition/exposition-texts.ts'
import { createProtobufParser } from '../../platform/exposition/protobuf-parser.ts'
import { createTextParser } from '../../platform/exposition/text-parser.ts'
import { gatherScrape, type Scrape, type ScrapeOptions } from '../../platform/service-metrics/scrape.ts'
import { refusal } from './answer.ts'
import { type HttpOptions, headersOf } from './options.ts'

const wrongStatus = message<{ url: string; status: number }>('http.metrics-status', {
  en: (p) => `${p.url} answers with HTTP ${p.status} and no metrics`,
  fr: (p) => `${p.url} répond HTTP ${p.status}, sans métriques`,
})
const nothing = message<{ url: string }>('http.metrics-nothing', {
  en: (p) => `${p.url} answers, and there is no metric in it`,
  fr: (p) => `${p.url} répond, mais sans aucune métrique`,
})
const tooLong = message<{ url: string; bytes: number }>('http.metrics-too-long', {
  en: (p, f) => `the metrics of ${p.url} are longer than ${f.bytes(p.bytes)}`,
  fr: (p, f) => `les métriques de ${p.url} dépassent ${f.bytes(p.bytes)}`,
})
const look = message<{ url: string }>('http.metrics-look', {
  en: (p) => `Is this the path of its metrics? Try: curl -s ${p.url} | head`,
  fr: (p) => `Est-ce bien le chemin de ses métriques ? Essayez : curl -s ${p.url} | head`,
})
const fewer = message<{ url: string }>('http.metrics-fewer', {
  en: (p) =>
    `Labels such as user ids and raw paths make series without end: curl -s ${p.url} | cut -d '{' -f 1 | sort | uniq -c | sort -rn | head`,
  fr: (p) =>
    `Des étiquettes comme un identifiant d'utilisateur ou un chemin brut font des séries sans fin : curl -s ${p.url} | cut -d '{' -f 1 | sort | uniq -c | sort -rn | head`,
})
export const scrapeMessages = [wrongStatus, nothing, tooLong, look, fewer, metricsUnreadable]

export interface ScrapeLimits extends ScrapeOptions {
  readonly maxSize: number
  readonly nativeHistograms: boolean
}

/** The only form with native histograms first, when they are wanted; else OpenMetrics, whose end tells that it is whole. */
const textForms = 'application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.5,*/*;q=0.1'
const protobufForm = 'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited'

/** Reads the metrics at an address as they come. Throws `no-answer` when they could not be read whole. */
export async function lookAtMetrics(
  options: HttpOptions,
  url: string,
  limits: ScrapeLimits,
  ctx: StepContext,
): Promise<Scrape> {
  const gathering = gatherScrape(limits)
  let parser: ExpositionParser | undefined
  const accept = limits.nativeHistograms ? `${protobufForm},${textForms}` : textForms
  try {
    const answer = await ctx.http.send({
      url,
      headers: { accept, ...(await headersOf(options, ctx)) },
      timeoutMs: ctx.timeoutMs,
      maxBodyBytes: limits.maxSize,
      maxRedirects: 3,
      onBody: (piece, head) => {
        if (head.status !== 200) return
        parser ??= parserFor(head, gathering, limits.maxSize)
        parser.push(piece)
      },
    })
    if (answer.outcome !== 'answered') {
      const { reason, remedy } = refusal(url, answer)
      throw new VigieError('no-answer', reason, { hint: remedy })
    }
    if (answer.status !== 200)
      throw new VigieError('no-answer', wrongStatus({ url, status: answer.status }), { hint: look({ url }) })
    if (answer.isBodyCut)
      throw new VigieError('no-answer', tooLong({ url, bytes: limits.maxSize }), { hint: fewer({ url }) })
    parser?.end()
    const scrape = gathering.scrape()
    if (scrape.samples === 0) throw new VigieError('no-answer', nothing({ url }), { hint: look({ url }) })
    return scrape
  } catch (error) {
    if (!(error instanceof ExpositionError)) throw error
    const { line, column, problem } = error
    throw new VigieError('no-answer', metricsUnreadable({ url, line, column, problem }), { hint: look({ url }) })
  }
}

function parserFor({ headers }: AnswerHead, sink: ExpositionSink, maxBytes: number): ExpositionParser {
  const type = headers['content-type'] ?? ''
  // One more than the limit of the body, which tells it better.
  const limits = { maxBytes: maxBytes + 1, maxUnit: 1_000_000 }
  if (type.startsWith('application/vnd.google.protobuf')) return createProtobufParser(sink, limits)
  return createTextParser(type.startsWith('application/openmetrics-text') ? 'openmetrics' : 'text', sink, limits)
}
