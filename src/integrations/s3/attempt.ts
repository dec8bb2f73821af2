import { setTimeout as wait } from 'node:timers/promises'
import { VigieError } from '../../core/errors.ts'
import type { Bucket } from './bucket.ts'
import { type Call, failureOf } from './failure.ts'
import { type Refusal, refusalOf } from './refusal.ts'

/** Should a clock stand still, there is an end all the same. */
const mostAttempts = 200

/**
 * Sends a request until the store answers it, waiting longer each time ("Exponential backoff and jitter", AWS Architecture
 * Blog): as long as the limits have patience and it may pass. Throws `BackupError`, or the reason of the signal.
 */
export async function attempt<T>(
  bucket: Bucket,
  call: Call,
  send: (signal: AbortSignal, isFirst: boolean) => Promise<T>,
  signal = bucket.ctx.signal,
): Promise<T> {
  const again = createPatience(bucket, signal, (refusal) => failureOf(refusal, bucket, call))
  for (let isFirst = true; ; isFirst = false) {
    try {
      signal.throwIfAborted()
      const answer = await send(signal, isFirst)
      bucket.hasAnswered = true
      return answer
    } catch (error) {
      await again.afterFailure(error)
    }
  }
}

export interface Patience {
  /** Waits, and resolves when it may be tried again. Throws what is to be told otherwise. */
  afterFailure(error: unknown): Promise<void>
  /** It went on: from here on there is all patience again. */
  wentOn(): void
}

/** @param tell what there is to tell when it is over */
export function createPatience(bucket: Bucket, signal: AbortSignal, tell: (refusal: Refusal) => VigieError): Patience {
  const { clock } = bucket.ctx
  const { patienceMs, firstPatienceMs, pauseMs } = bucket.limits
  let failures = 0
  let failingSince = 0
  return {
    wentOn: () => {
      failures = 0
    },
    afterFailure: async (error) => {
      if (signal.aborted) throw signal.reason
      if (error instanceof VigieError) throw error
      const refusal = refusalOf(error)
      bucket.hasAnswered ||= refusal.isAnswer
      if (failures === 0) failingSince = clock.monotonicMs()
      failures++
      const patience = bucket.hasAnswered ? patienceMs : firstPatienceMs
      const isOver = clock.monotonicMs() - failingSince >= patience || failures >= mostAttempts
      // The client has put its time right by the answer; when that did not help, nothing will.
      const isClock = refusal.kind === 'clock-off' && failures > 1
      if (!refusal.isPassing || isOver || isClock) throw tell(refusal)
      const pause = Math.min(pauseMs.most, pauseMs.first * 2 ** (failures - 1)) * (0.5 + Math.random() / 2)
      await wait(pause, undefined, { signal }).catch(() => signal.throwIfAborted())
    },
  }
}
