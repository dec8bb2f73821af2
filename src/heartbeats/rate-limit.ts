/** How often a thing may happen: `burst` at once, then one every `refillMs`. */
export interface RateLimit {
  readonly burst: number
  readonly refillMs: number
}

/** A token bucket for each key, on a clock that never steps back. As many buckets as there are keys. */
export function createRateLimiter({ burst, refillMs }: RateLimit, monotonicMs: () => number) {
  const buckets = new Map<string, { left: number; at: number }>()
  return {
    /** 0 when it may happen now, which counts; else the milliseconds until it may. */
    take: (key: string): number => {
      const now = monotonicMs()
      const bucket = buckets.get(key) ?? { left: burst, at: now }
      bucket.left = Math.min(burst, bucket.left + (now - bucket.at) / refillMs)
      bucket.at = now
      buckets.set(key, bucket)
      if (bucket.left < 1) return Math.ceil((1 - bucket.left) * refillMs)
      bucket.left -= 1
      return 0
    },
  }
}
