import * as z from 'zod'
import { bytesSchema } from '../../../core/bytes.ts'
import { defineCheck } from '../../../core/check.ts'
import { durationSchema } from '../../../core/duration.ts'
import type { FindingDraft, Verdict } from '../../../core/verdict.ts'
import { answerMessages, bodyCut, noAnswerRemedy, refusal } from '../answer.ts'
import { type Heard, hearEvents, type StreamSample } from '../hear-events.ts'
import { type HttpOptions, headersOf, urlOf } from '../options.ts'
import * as texts from '../sse-messages.ts'

const options = z.strictObject({
  /** Default: `events` of the component. */
  path: z.string().startsWith('/').optional(),
  /**
   * How long it listens. HTML Living Standard, 9.2.7 « Authoring notes »: a quiet stream sends a comment every 15 s or so,
   * which must come within this time. With a longer one, `timeLimit` must be longer too.
   */
  listen: durationSchema.default(20_000),
  /** Slower is a warning: the 15 s of a comment, and 2 s for the way. */
  firstEvent: durationSchema.default(17_000),
  /** Longer without an event and without a comment is a warning. */
  gap: durationSchema.default(17_000),
  /** What it means when nothing comes at all: that nobody can tell, or that the stream is broken. */
  silence: z.enum(['error', 'fail']).default('error'),
  /** For the head of the answer; and the longest that it waits, as the server asks, before it comes back. */
  timeout: durationSchema.default(10_000),
  maxEvent: bytesSchema.default(1_000_000),
  maxBytes: bytesSchema.default(64_000_000),
})
type Options = z.output<typeof options>

/**
 * Server-sent events. A stream that is cut is asked for again once, as browsers do: one that stays then is a warning, whose
 * rule tells it at once (a failure would be looked at again, and a drop now and then never be seen); one that does not
 * come back, or is cut again, fails.
 *
 * `up` is 1 when the stream stood at the end, and comes at each look that could tell.
 */
export const sseCheck = defineCheck<HttpOptions>()({
  kind: 'http-sse',
  summary: texts.summary,
  options,
  cadence: 'daily',
  criticality: 'important',
  watch: { everyMs: 60_000, alertsBy: 'status' },
  timeoutMs: 60_000,
  remote: ({ url }) => url,
  appliesTo: ({ events }) => events !== undefined,
  messages: [...answerMessages, ...texts.sseMessages],
  probe: async (component, { path, ...limits }, ctx): Promise<StreamSample> => {
    const url = urlOf(component.options, path ?? component.options.events ?? '/events')
    return hearEvents(url, await headersOf(component.options, ctx), limits, ctx)
  },
  judge: (sample, wanted) => {
    const { url, first, back, life } = sample
    if (life === undefined) return { ...refused(url, first), measurements: { up: 0 } }
    const { connectMs, firstEventMs, gapMs, heardMs, events, comments, bytes } = life
    const lost = lostFor(sample)
    const saw = events + comments
    const drops = (back === undefined ? 0 : 1) + (back?.heard?.outcome === 'dropped' ? 1 : 0)
    const measurements = {
      up: lost === undefined ? 1 : 0,
      drops,
      connect_ms: connectMs,
      // Of a stream that says nothing at all, the silence is told as such.
      ...(saw > 0 && { gap_ms: gapMs }),
      ...(firstEventMs !== undefined && { first_event_ms: firstEventMs }),
    }
    const seen = { saw, measurements }
    if (lost !== undefined) return { ...lost, saw: Math.max(1, saw), measurements }
    const ends = [first.outcome, back?.heard?.outcome]
    if (ends.includes('event-too-long')) {
      return {
        status: 'error',
        reason: texts.tooLong({ bytes: wanted.maxEvent }),
        remedy: texts.tooLongRemedy({}),
        measurements,
      }
    }
    if (ends.includes('too-much')) {
      const reason = bodyCut({ bytes: wanted.maxBytes })
      return { status: 'error', reason, remedy: texts.tooLongRemedy({}), measurements }
    }
    if (saw === 0) {
      const said = { reason: texts.silent({ heardMs, bytes }), remedy: texts.silentRemedy({ url }), measurements }
      return wanted.silence === 'fail' ? { status: 'fail', saw: 1, ...said } : { status: 'error', ...said }
    }
    const findings = warningsOf(sample, wanted)
    const [warning] = findings
    if (warning === undefined) {
      return { status: 'pass', ...seen, reason: texts.fine({ events, comments, heardMs, gapMs }) }
    }
    return { status: 'warn', ...seen, findings, reason: warning.title }
  },
})

type Failure = Extract<Verdict, { status: 'warn' | 'fail' }>

/** Why there was no stream at all. */
function refused(url: string, first: Heard): Failure {
  if (first.outcome === 'no-answer') return { status: 'fail', saw: 0, ...refusal(url, first.answer) }
  const { status, type } = first.outcome === 'no-stream' ? first : { status: 0, type: '' }
  const reason = status === 200 ? texts.wrongType({ url, type }) : texts.wrongStatus({ url, status })
  return { status: 'fail', saw: 1, reason, remedy: texts.look({ url }) }
}

/** Why the stream did not stand at the end; undefined when it did. */
function lostFor({ url, first, back }: StreamSample): Pick<Failure, 'status' | 'reason' | 'remedy'> | undefined {
  if (back === undefined || first.outcome !== 'dropped') return undefined
  const { droppedAfterMs: afterMs, retryMs, heard } = back
  const { detail } = first
  const remedy = texts.cutRemedy({})
  switch (heard?.outcome) {
    case undefined:
      return { status: 'fail', reason: texts.longWait({ afterMs, detail, retryMs }), remedy }
    case 'dropped':
      return { status: 'fail', reason: texts.cutAgain({ afterMs, detail }), remedy }
    case 'no-answer': {
      const why = heard.answer.outcome
      return {
        status: 'fail',
        reason: texts.notBack({ afterMs, detail, why, url }),
        remedy: noAnswerRemedy({ url, why }),
      }
    }
    case 'no-stream': {
      const why = heard.status === 200 ? heard.type || 'text/event-stream ?' : `HTTP ${heard.status}`
      return { status: 'fail', reason: texts.notBack({ afterMs, detail, why, url }), remedy: texts.look({ url }) }
    }
    default:
      return undefined
  }
}

function warningsOf({ url, first, back, life }: StreamSample, wanted: Options): readonly FindingDraft[] {
  const { firstEventMs = 0, gapMs = 0 } = life ?? {}
  const remedy = texts.look({ url })
  const draft = (subject: string, title: FindingDraft['title'], what = remedy): FindingDraft => {
    return { subject, severity: 'medium', title, remedy: what }
  }
  return [
    ...(back !== undefined && first.outcome === 'dropped'
      ? [draft('drop', texts.cutOnce({ afterMs: back.droppedAfterMs, detail: first.detail }), texts.cutRemedy({}))]
      : []),
    ...(firstEventMs > wanted.firstEvent
      ? [draft('first-event', texts.slow({ ms: firstEventMs, limitMs: wanted.firstEvent }))]
      : []),
    ...(gapMs > wanted.gap ? [draft('gap', texts.gap({ ms: gapMs, limitMs: wanted.gap }))] : []),
  ]
}
