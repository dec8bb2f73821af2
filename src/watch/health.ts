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

/** Whether the watch does its work. */
export interface Health {
  /** A write of the state succeeded. */
  wrote(): void
  couldNotWrite(detail: string): void
  /** Why not; undefined when all is well. */
  problem(): Text | undefined
}

export function createHealth(monotonicMs: () => number): Health {
  let wroteAtMs: number | undefined
  let failure: string | undefined
  return {
    wrote: () => {
      wroteAtMs = monotonicMs()
      failure = undefined
    },
    couldNotWrite: (detail) => {
      failure = detail
    },
    problem: () => {
      if (failure !== undefined) return notKept({ detail: failure })
      if (wroteAtMs === undefined) return starting({})
      const silentMs = monotonicMs() - wroteAtMs
      return silentMs > stuckMs ? stuck({ seconds: Math.round(silentMs / 1000) }) : undefined
    },
  }
}
