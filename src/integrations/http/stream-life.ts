import type { Clock } from '../../core/clock.ts'

/** What was heard of an event stream. Times in milliseconds. */
export interface StreamLife {
  /** From the request to the head of the answer. */
  readonly connectMs: number
  /** From the request; undefined when there was no event. */
  readonly firstEventMs: number | undefined
  /** The longest time without an event or a comment, from the head of the answer to the end of listening. */
  readonly gapMs: number
  /** From the head of the answer to the end of listening. */
  readonly heardMs: number
  readonly events: number
  readonly comments: number
  readonly bytes: number
}

export interface StreamLifeRecorder {
  opened(): void
  event(): void
  comment(): void
  bytes(count: number): void
  /** Listening ended, now: for good, or until the stream is opened again. */
  ended(): void
  /** Undefined until it was opened. */
  life(): StreamLife | undefined
}

/** Times a stream, from now on. Opened again it is the same stream: the time between counts as silence. */
export function recordStreamLife(clock: Clock): StreamLifeRecorder {
  const askedAt = clock.monotonicMs()
  let openedAt: number | undefined
  let firstEventMs: number | undefined
  let [signAt, gapMs, heardMs, events, comments, bytes] = [askedAt, 0, 0, 0, 0, 0]
  const silentUntil = (now: number): void => {
    gapMs = Math.max(gapMs, now - signAt)
  }
  const sign = (now: number): void => {
    silentUntil(now)
    signAt = now
  }
  return {
    opened: () => {
      if (openedAt !== undefined) return
      openedAt = clock.monotonicMs()
      signAt = openedAt
    },
    event: () => {
      const now = clock.monotonicMs()
      events++
      firstEventMs ??= now - askedAt
      sign(now)
    },
    comment: () => {
      comments++
      sign(clock.monotonicMs())
    },
    bytes: (count) => {
      bytes += count
    },
    ended: () => {
      const now = clock.monotonicMs()
      silentUntil(now)
      heardMs = now - (openedAt ?? now)
    },
    life: () =>
      openedAt === undefined
        ? undefined
        : { connectMs: openedAt - askedAt, firstEventMs, gapMs, heardMs, events, comments, bytes },
  }
}
