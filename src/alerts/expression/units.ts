import { type Quantity, type Unit, unitFactors, type Value } from './ast.ts'

/** What a series counts in, by its name (OpenMetrics: names end in their base unit) or by the function on it. */
export type Family = 'ratio' | 'seconds' | 'days' | 'bytes' | 'any'

/** The units that a limit of a family may have. A bare number is in the base unit. */
export const familyUnits: Readonly<Record<Family, readonly Unit[]>> = {
  ratio: ['', '%'],
  seconds: ['', 'ms', 's', 'm', 'h', 'd', 'w'],
  days: ['', 'h', 'd', 'w'],
  bytes: ['', 'B', 'kB', 'MB', 'GB', 'TB', 'KiB', 'MiB', 'GiB', 'TiB'],
  any: Object.keys(unitFactors).filter(isUnit),
}

export const timeUnits: readonly string[] = familyUnits.seconds.filter((unit) => unit !== '')

export function isUnit(text: string): text is Unit {
  return Object.hasOwn(unitFactors, text)
}

export function familyOf(value: Value): Family {
  if (value.type === 'age') return 'seconds'
  return value.type === 'ratio' ? 'ratio' : familyOfName(value.selector.name)
}

function familyOfName(name: string): Family {
  const base = name.replace(/_total$/, '')
  // Growth of bytes each day is bytes.
  if (/(?:^|_)bytes(?:_|$)/.test(base)) return 'bytes'
  if (/(?:^|_)ratio$/.test(base)) return 'ratio'
  if (/(?:^|_)seconds$/.test(base)) return 'seconds'
  return /(?:^|_)days(?:_|$)/.test(base) ? 'days' : 'any'
}

/** The quantity in the base unit of its series: 80 % is 0.8, 400 ms are 0.4 s, 2 weeks of days are 14. */
export function baseValue({ amount, unit }: Quantity, family: Family): number {
  // Divided where that is exact: 0.1 % is 0.001, not 0.001 and a bit.
  if (unit === '%') return amount / 100
  if (unit === 'ms') return amount / (family === 'days' ? 86_400_000 : 1000)
  const base = amount * unitFactors[unit]
  return family === 'days' && unit !== '' ? base / unitFactors.d : base
}
