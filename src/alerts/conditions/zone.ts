import type { Comparison, Operator } from '../expression/ast.ts'
import { baseValue, familyOf } from '../expression/units.ts'
import type { Reading } from '../series/over-window.ts'
import type { Verdict } from './look.ts'

/** Where a value stands to the limits of a comparison. */
export type Zone = (reading: Reading) => Verdict

const holds: Readonly<Record<Operator, (value: number, limit: number) => boolean>> = {
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '==': (value, limit) => value === limit,
  '!=': (value, limit) => value !== limit,
}

/** Too few samples are no proof of a breach; that it is over they may show. */
export function zoneOf({ value: of, operator, limit, clearAt, minSamples = 0 }: Comparison): Zone {
  const family = familyOf(of)
  const isBeyond = holds[operator]
  const [bound, clear] = [baseValue(limit, family), baseValue(clearAt ?? limit, family)]
  return ({ value, samples }) => {
    if (value === undefined) return 'unknown'
    if (isBeyond(value, bound)) return samples < minSamples ? 'unknown' : 'breach'
    return clearAt !== undefined && isBeyond(value, clear) ? 'between' : 'clear'
  }
}
