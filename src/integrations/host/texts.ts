import * as z from 'zod'
import { message } from '../../core/message.ts'
import type { Verdict } from '../../core/verdict.ts'

export const notReadable = message<{ file: string }>('host.not-readable', {
  en: (p) => `could not tell: ${p.file} cannot be read; the host checks need Linux`,
  fr: (p) => `indéterminé\u00a0: ${p.file} est illisible\u00a0; les contrôles de l'hôte demandent Linux`,
})
export const usedRatio = message<{ what: string; ratio: number; limit: number }>('host.used', {
  en: (p, f) => `${english[p.what] ?? p.what} at ${f.percent(p.ratio)}, limit ${f.percent(p.limit)}`,
  fr: (p, f) => `${french[p.what] ?? p.what} à ${f.percent(p.ratio)}, limite ${f.percent(p.limit)}`,
})
export const fineRatio = message<{ what: string; ratio: number }>('host.fine', {
  en: (p, f) => `${english[p.what] ?? p.what} at ${f.percent(p.ratio)}`,
  fr: (p, f) => `${french[p.what] ?? p.what} à ${f.percent(p.ratio)}`,
})
const english: Readonly<Record<string, string>> = {
  cpu: 'processors',
  memory: 'memory',
  swap: 'swap',
  load: 'load for each processor',
}
const french: Readonly<Record<string, string>> = {
  cpu: 'processeurs',
  memory: 'mémoire',
  swap: "espace d'échange",
  load: 'charge par processeur',
}
export const hostTexts = [notReadable, usedRatio, fineRatio]

const ratio = z.number().positive().max(1)

/** The two limits of a ratio as options. */
export function ratioLimits(warn: number, fail: number) {
  return { warn: ratio.default(warn), fail: ratio.default(fail) }
}

/** Judges a ratio against its two limits. */
export function judgeRatio(
  what: string,
  ratio: number,
  limits: { warn: number; fail: number },
  measurements: Record<string, number>,
): Verdict {
  const seen = { saw: 1, measurements }
  if (ratio >= limits.fail) return { status: 'fail', ...seen, reason: usedRatio({ what, ratio, limit: limits.fail }) }
  if (ratio >= limits.warn) return { status: 'warn', ...seen, reason: usedRatio({ what, ratio, limit: limits.warn }) }
  return { status: 'pass', ...seen, reason: fineRatio({ what, ratio }) }
}
