import type { Clock } from '../core/clock.ts'
import { printable } from '../core/printable.ts'
import { createRedactor } from '../core/redact.ts'
import type { HeartbeatStore } from '../store/watch-store.ts'
import { applyPing, type ReceivedPing } from './apply-ping.ts'
import type { KeyRing } from './key-ring.ts'
import { createRateLimiter, type RateLimit } from './rate-limit.ts'

/** What a ping brings, beside its key. */
export type PingContent = Pick<ReceivedPing, 'kind' | 'exitCode' | 'runId' | 'durationMs' | 'source' | 'body'>

export type PingOutcome =
  | { readonly outcome: 'kept' }
  | { readonly outcome: 'unknown' }
  | { readonly outcome: 'limited'; readonly retryAfterMs: number }

export interface PingParts {
  readonly keys: KeyRing
  readonly store: HeartbeatStore
  readonly clock: Clock
  readonly limit?: RateLimit
}

/** A start, an end and a log line each second, and more at once for jobs that run in parallel. */
const defaultLimit: RateLimit = { burst: 60, refillMs: 1000 }

/** Takes pings in: finds whose they are, and keeps each with what is known after it. Throws when the store does. */
export function createPingReceiver({ keys, store, clock, limit = defaultLimit }: PingParts) {
  const limiter = createRateLimiter(limit, () => clock.monotonicMs())
  const redactor = createRedactor()
  /** The last work on each heartbeat: what one ping leaves is what the next begins with. */
  const queues = new Map<string, Promise<void>>()
  return async (key: string, content: PingContent): Promise<PingOutcome> => {
    const heartbeat = keys.find(key)
    if (heartbeat === undefined) return { outcome: 'unknown' }
    const { system, name } = heartbeat
    const id = JSON.stringify([system, name])
    const retryAfterMs = limiter.take(id)
    if (retryAfterMs > 0) return { outcome: 'limited', retryAfterMs }
    const body = content.body === undefined ? undefined : printable(redactor.redact(content.body))
    const received: ReceivedPing = { ...content, body, system, heartbeat: name, at: clock.now() }
    const keep = async (): Promise<void> => {
      const earlier = content.kind === 'success' || content.kind === 'fail' ? await store.pings(system, name, 100) : []
      const { ping, state } = applyPing(received, await store.get(system, name), earlier)
      await store.ping(ping, state)
    }
    const before = queues.get(id) ?? Promise.resolve()
    // Who sent the ping before was told that it failed.
    const kept = before.catch(() => undefined).then(keep)
    queues.set(id, kept)
    await kept
    return { outcome: 'kept' }
  }
}
