import type { Clock } from '../core/clock.ts'
import type { OwnNetwork } from '../engine/own-network.ts'

/** References that answer no one for this long, while looks afar succeed, are believed again after it. */
const misledMs = 600_000

/**
 * Our own network as the watch sees it. References that do not answer while a look afar succeeds mislead: for a while
 * they are not heeded, so that what fails is judged.
 */
export interface Sight extends OwnNetwork {
  /** A look afar saw its thing. */
  seen(): Promise<void>
}

export function createSight(network: OwnNetwork, clock: Clock): Sight {
  let misledUntil = Number.NEGATIVE_INFINITY
  let wasGone = false
  return {
    references: network.references,
    isGone: async () => {
      wasGone = await network.isGone()
      return wasGone && clock.monotonicMs() >= misledUntil
    },
    seen: async () => {
      // Asked only after references failed: most looks succeed, and need no question.
      if (!wasGone) return
      wasGone = await network.isGone()
      if (wasGone) misledUntil = clock.monotonicMs() + misledMs
    },
  }
}
