import * as z from 'zod'
import { notADuration } from './refusals.ts'

const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}
const pattern = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d|w))+$/

/**
 * `35d`, `1h30m`, `250ms` in milliseconds, to the microsecond; undefined when it is not a duration, or one that numbers
 * cannot hold. A bare number is not: its unit is unknown.
 */
export function parseDuration(text: string): number | undefined {
  if (!pattern.test(text)) return undefined
  let total = 0
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d|w)/g)) {
    total += Number(amount) * (unitMs[unit ?? ''] ?? 0)
  }
  return total <= Number.MAX_SAFE_INTEGER ? Math.round(total * 1000) / 1000 : undefined
}

/** As a config writes it, in the largest unit that leaves nothing over: 3024000000 is `35d`. */
export function writtenDuration(ms: number): string | 0 {
  const units = Object.entries(unitMs).filter(([unit, size]) => unit !== 'w' && ms % size === 0)
  const [unit, size] = units.at(-1) ?? ['ms', 1]
  return ms === 0 ? 0 : `${ms / size}${unit}`
}

/** An option that is a duration: written `35d`, `1h30m`, `250ms` or 0; read as milliseconds. */
export const durationSchema = z
  .union([z.string(), z.literal(0)], notADuration.code)
  .refine((value) => value === 0 || parseDuration(value) !== undefined, notADuration.code)
  .transform((value) => (value === 0 ? 0 : (parseDuration(value) ?? 0)))
  .meta({ description: 'a duration: 250ms, 30s, 5m, 2h, 35d, 4w, or 0' })
