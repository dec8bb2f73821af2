import { VigieError } from '../core/errors.ts'
import { message, type Text } from '../core/message.ts'

const notKept = message<{ detail: string }>('watch.not-kept', {
  en: (p) => `the state cannot be written: ${p.detail}`,
  fr: (p) => `l'état ne peut pas être écrit : ${p.detail}`,
})
const starting = message('watch.starting', { en: () => 'still starting', fr: () => 'démarrage en cours' })
const stuck = message<{ seconds: number }>('watch.stuck', {
  en: (p, f) => `nothing was written for ${f.duration(p.seconds * 1000)}`,
  fr: (p, f) => `rien n'a été écrit depuis ${f.duration(p.seconds * 1000)}`,
})
export const healthTexts = [notKept, starting, stuck]

/** Longer without a write, and the state counts as stuck: six times the usual distance. */
const stuckMs = 30_000
/** So long after the last write, nothing that waits to be written is no proof any more that it could be. */
const provedMs = 15_000

/** Whether the watch does its work. */
export interface Health {
  /** A write of the state succeeded. */
  wrote(): void
  couldNotWrite(error: Error): void
  /** Why not; undefined when all is well. */
  problem(): Text | undefined
  /** What to do about the problem, when that is known. */
  remedy(): Text | undefined
  /** Only a write can tell now whether all is well. */
  readonly needsProof: boolean
}

export function createHealth(monotonicMs: () => number): Health {
  let wroteAtMs: number | undefined
  let failure: Error | undefined
  const silentMs = (): number => monotonicMs() - (wroteAtMs ?? Number.NEGATIVE_INFINITY)
  return {
    wrote: () => {
      wroteAtMs = monotonicMs()
      failure = undefined
    },
    couldNotWrite: (error) => {
      failure = error
    },
    problem: () => {
      if (failure !== undefined) {
        return failure instanceof VigieError ? failure.text : notKept({ detail: failure.message })
      }
      if (wroteAtMs === undefined) return starting({})
      return silentMs() > stuckMs ? stuck({ seconds: Math.round(silentMs() / 1000) }) : undefined
    },
    remedy: () => (failure instanceof VigieError ? failure.hint : undefined),
    get needsProof() {
      return failure !== undefined || silentMs() > provedMs
    },
  }
}
