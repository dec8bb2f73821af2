import { setTimeout as wait } from 'node:timers/promises'
import type { AnswerHead, HttpAnswer, StepContext } from '../../core/context.ts'
import { createEventStreamParser, type EventStreamParser, EventTooLongError } from './event-stream.ts'
import { recordStreamLife, type StreamLife, type StreamLifeRecorder } from './stream-life.ts'

type NoAnswer = Exclude<HttpAnswer, { outcome: 'answered' }>

/** How one connection went. `held`: it stood until we had heard enough. */
export type Heard =
  | { readonly outcome: 'no-answer'; readonly answer: NoAnswer }
  | { readonly outcome: 'no-stream'; readonly status: number; readonly type: string }
  | { readonly outcome: 'held' }
  /** `detail` is empty when the server ended its answer in order. */
  | { readonly outcome: 'dropped'; readonly detail: string }
  | { readonly outcome: 'event-too-long' }
  | { readonly outcome: 'too-much' }

/** The one connection that is made after a drop. */
export interface ComeBack {
  /** From the opening of the stream to its drop. */
  readonly droppedAfterMs: number
  /** What the server wanted clients to wait, or what they do by themselves. */
  readonly retryMs: number
  /** Undefined when the server wants clients to wait for longer than we do. */
  readonly heard: Heard | undefined
}

export interface StreamSample {
  readonly url: string
  readonly first: Heard
  /** Undefined unless the first connection was dropped. */
  readonly back: ComeBack | undefined
  /** Undefined when no stream was opened. */
  readonly life: StreamLife | undefined
}

export interface HearLimits {
  /** Milliseconds for the head of the answer, and the longest wait before coming back. */
  readonly timeout: number
  /** Milliseconds from the head on. */
  readonly listen: number
  readonly maxEvent: number
  readonly maxBytes: number
}

/** As Chromium waits when the server does not say (`kDefaultReconnectionDelay` in its event_source.cc). */
const defaultRetryMs = 3000

/** Listens to an event stream as a browser does, for a bounded time; comes back once when it is dropped. */
export async function hearEvents(
  url: string,
  headers: Record<string, string>,
  limits: HearLimits,
  ctx: StepContext,
): Promise<StreamSample> {
  const recorder = recordStreamLife(ctx.clock)
  const parser = createEventStreamParser(recorder, limits.maxEvent)
  const first = await listen({ url, headers, limits, listenMs: limits.listen, recorder, parser }, ctx)
  if (first.outcome !== 'dropped') return { url, first, back: undefined, life: recorder.life() }
  const droppedAt = ctx.clock.monotonicMs()
  const droppedAfterMs = recorder.life()?.heardMs ?? 0
  const { retryMs = defaultRetryMs, lastEventId } = parser
  const comeBack = async (): Promise<Heard | undefined> => {
    if (retryMs > limits.timeout) return undefined
    await wait(retryMs, undefined, { signal: ctx.signal })
    const listenMs = Math.max(0, limits.listen - droppedAfterMs - (ctx.clock.monotonicMs() - droppedAt))
    const named = { ...headers, ...lastEventHeader(lastEventId) }
    const fresh = createEventStreamParser(recorder, limits.maxEvent)
    return listen({ url, headers: named, limits, listenMs, recorder, parser: fresh }, ctx)
  }
  const heard = await comeBack()
  return { url, first, back: { droppedAfterMs, retryMs, heard }, life: recorder.life() }
}

interface Listening {
  readonly url: string
  readonly headers: Record<string, string>
  readonly limits: HearLimits
  readonly listenMs: number
  readonly recorder: StreamLifeRecorder
  readonly parser: EventStreamParser
}

async function listen(listening: Listening, ctx: StepContext): Promise<Heard> {
  const { url, headers, limits, listenMs, recorder, parser } = listening
  const stop = new AbortController()
  let timer = setTimeout(() => stop.abort(), limits.timeout)
  let head: AnswerHead | undefined
  const startedMs = ctx.clock.monotonicMs()
  const told = (heard: Heard): Heard => {
    // Never the data: events are for the users of the application.
    const { events = 0, comments = 0, bytes = 0 } = recorder.life() ?? {}
    const answered = head === undefined ? [] : [`HTTP ${head.status}`, ...linesOf(head), '']
    const output = [...answered, `${outcomeText(heard)}: ${events} events, ${comments} comments, ${bytes} bytes`]
    const durationMs = Math.round(ctx.clock.monotonicMs() - startedMs)
    ctx.record({ what: `GET ${url}`, output: output.join('\n'), durationMs })
    return heard
  }
  try {
    const answer = await ctx.http.send(
      {
        url,
        headers: { accept: 'text/event-stream', 'cache-control': 'no-cache', ...headers },
        maxRedirects: 5,
        timeoutMs: limits.timeout + listenMs + 1000,
        maxBodyBytes: limits.maxBytes,
        onHead: (answered) => {
          clearTimeout(timer)
          head = answered
          if (!isEventStream(answered)) return stop.abort()
          recorder.opened()
          timer = setTimeout(() => stop.abort(), listenMs)
        },
        onBody: (piece, answered) => {
          if (!isEventStream(answered)) return
          recorder.bytes(piece.length)
          parser.push(piece)
        },
      },
      AbortSignal.any([ctx.signal, stop.signal]),
    )
    ctx.signal.throwIfAborted()
    return told(heardOf(answer, head, stop.signal.aborted))
  } catch (error) {
    if (error instanceof EventTooLongError) return told({ outcome: 'event-too-long' })
    throw error
  } finally {
    clearTimeout(timer)
    recorder.ended()
  }
}

function heardOf(answer: HttpAnswer, head: AnswerHead | undefined, isStopped: boolean): Heard {
  if (head !== undefined && !isEventStream(head)) {
    return { outcome: 'no-stream', status: head.status, type: head.headers['content-type'] ?? '' }
  }
  if (answer.outcome === 'answered')
    return answer.isBodyCut ? { outcome: 'too-much' } : { outcome: 'dropped', detail: '' }
  if (head === undefined) return { outcome: 'no-answer', answer }
  if (isStopped && answer.outcome === 'timed-out') return { outcome: 'held' }
  return { outcome: 'dropped', detail: answer.detail }
}

/** As the standard has it: status 200, and this type whatever its parameters. A browser gives up on any other answer. */
function isEventStream({ status, headers }: AnswerHead): boolean {
  return status === 200 && /^\s*text\/event-stream\s*(?:;|$)/i.test(headers['content-type'] ?? '')
}

/** In UTF-8, whose bytes a header carries one by one; an id that no header can carry is not named. */
function lastEventHeader(id: string): Record<string, string> {
  const bytes = Buffer.from(id, 'utf8').toString('latin1')
  const isCarried = id !== '' && bytes.length <= 4000 && [...bytes].every((byte) => byte >= ' ' && byte !== '\x7f')
  return isCarried ? { 'last-event-id': bytes } : {}
}

function linesOf({ headers }: AnswerHead): readonly string[] {
  return Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
}

function outcomeText(heard: Heard): string {
  if (heard.outcome === 'no-answer') return `${heard.answer.outcome} (${heard.answer.detail})`
  return heard.outcome === 'dropped' && heard.detail !== '' ? `dropped (${heard.detail})` : heard.outcome
}
