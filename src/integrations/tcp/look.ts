import { connect } from 'node:net'
import type { Clock } from '../../core/clock.ts'
import { type Match, matchWithin } from '../../platform/match-within.ts'
import { networkRefusals } from '../../platform/network-refusals.ts'

/** What a port answers. A refused connection is an answer too. */
export type PortAnswer =
  | {
      readonly outcome: 'connected'
      readonly connectMs: number
      /** Undefined when none was waited for. */
      readonly greeting: Greeting | undefined
    }
  | { readonly outcome: Refusal; readonly detail: string }

export type Refusal = 'refused' | 'timed-out' | 'name-not-found' | 'unreachable' | 'reset'

export interface Greeting {
  readonly text: string
  readonly match: Match['outcome']
  /** Whether the other side ended the connection, so that it will say no more. */
  readonly isHungUp: boolean
}

interface Question {
  readonly host: string
  readonly port: number
  /** For the connection and the greeting together. */
  readonly timeoutMs: number
  /** A pattern to wait for. */
  readonly greeting: string | undefined
}

const maxGreetingBytes = 1000
/** A greeting without a line end is whole when nothing more came for so long. */
const quietMs = 100

/**
 * Connects and, where a greeting is asked for, listens until it came, the other side hung up or the time is over. Rejects
 * when our own side could not try: no free descriptor or port, a local rule, an abort.
 */
export function lookAtPort(question: Question, clock: Clock, signal: AbortSignal): Promise<PortAnswer> {
  const { host, port, timeoutMs, greeting: wanted } = question
  return new Promise((resolve, reject) => {
    const started = clock.monotonicMs()
    const heard: Buffer[] = []
    let heardBytes = 0
    let connectMs: number | undefined
    let quiet: NodeJS.Timeout | undefined
    const socket = connect({ host, port })
    const leave = (): void => {
      clearTimeout(timer)
      clearTimeout(quiet)
      signal.removeEventListener('abort', onAbort)
      socket.destroy()
    }
    const end = (answer: PortAnswer): void => {
      leave()
      resolve(answer)
    }
    const fail = (error: unknown): void => {
      leave()
      reject(error)
    }
    const greeting = (isHungUp: boolean): Greeting => {
      const text = Buffer.concat(heard).toString('utf8')
      return { text, match: wanted === undefined ? 'none' : matchWithin(wanted, [text]).outcome, isHungUp }
    }
    const over = (isHungUp: boolean): void => {
      if (connectMs === undefined) end({ outcome: isHungUp ? 'reset' : 'timed-out', detail: '' })
      else end({ outcome: 'connected', connectMs, greeting: greeting(isHungUp) })
    }
    const consider = (): void => {
      const said = greeting(false)
      if (connectMs === undefined || (said.match === 'none' && heardBytes < maxGreetingBytes)) return
      end({ outcome: 'connected', connectMs, greeting: said })
    }
    const onAbort = (): void => fail(signal.reason)
    const timer = setTimeout(() => over(false), timeoutMs)
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })

    socket.on('error', (error: NodeJS.ErrnoException) => {
      const outcome = refusals[error.code ?? '']
      if (connectMs !== undefined) over(true)
      else if (outcome === undefined) fail(error)
      else end({ outcome, detail: error.code ?? '' })
    })
    socket.once('connect', () => {
      connectMs = clock.monotonicMs() - started
      if (wanted === undefined) end({ outcome: 'connected', connectMs, greeting: undefined })
    })
    socket.on('data', (chunk: Buffer) => {
      heard.push(chunk.subarray(0, maxGreetingBytes - heardBytes))
      heardBytes = Math.min(maxGreetingBytes, heardBytes + chunk.length)
      clearTimeout(quiet)
      if (heardBytes === maxGreetingBytes || chunk.at(-1) === 0x0a) consider()
      else quiet = setTimeout(consider, quietMs)
    })
    socket.once('end', () => over(true))
  })
}

/** What the other side or the way there says. Any other error is one of our own side. */
const refusals: Readonly<Record<string, Refusal>> = {
  ...networkRefusals,
  EHOSTDOWN: 'unreachable',
}
