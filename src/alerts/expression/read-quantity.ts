import { nearestNames } from '../../config/problem.ts'
import { type Quantity, type Unit, unitFactors } from './ast.ts'
import type { Reader } from './reader.ts'
import { baseValue, type Family, familyUnits, isUnit, timeUnits } from './units.ts'

/** Shorter is less than any look takes, longer is history. */
const minDurationMs = 1000
const maxDurationMs = 31 * 86_400_000
/** Ratios above it are unheard of, so that a bare 80 is 80 %. A load may well be 2 for each processor. */
const maxBareRatio = 10

/** A number with its unit, which may stand apart: `80 %`. `1h30m` is told in seconds. */
export function readQuantity(reader: Reader, family: Family): Quantity {
  const first = reader.next
  if (first.type !== 'number') return reader.failExpected('limit')
  const { amount, unit } = readAmount(reader)
  if (!familyUnits[family].includes(unit)) {
    const units = familyUnits[family].filter((one) => one !== '').join(', ')
    return reader.fail({ type: 'wrong-unit', unit, family, units }, first.unit === '' ? first.at : first.unitAt)
  }
  if (family === 'ratio' && unit === '' && Math.abs(amount) > maxBareRatio) {
    return reader.fail({ type: 'percent-meant', amount }, first.at)
  }
  let total: Quantity = { amount, unit }
  while (timeUnits.includes(unit) && isNumberRightHere(reader, total)) {
    const more = readAmount(reader)
    const seconds = baseValue(total, 'seconds') + baseValue(more, 'seconds')
    total = { amount: seconds, unit: 's' }
  }
  return total
}

/** Whole milliseconds. */
export function readDuration(reader: Reader, { from = minDurationMs } = {}): number {
  const { at, type } = reader.next
  if (type !== 'number') return reader.failExpected('duration')
  let total = 0
  let previousEnd = at
  while (reader.next.type === 'number' && reader.next.at === previousEnd) {
    const token = reader.next
    const { amount, unit } = readAmount(reader)
    // Zero needs no unit.
    if (!timeUnits.includes(unit) && amount !== 0) {
      return reader.fail({ type: 'expected', expected: 'duration', found: token.text }, token.at)
    }
    total += baseValue({ amount, unit }, 'seconds') * 1000
    previousEnd = token.end
  }
  const ms = Math.round(total)
  return ms < from || ms > maxDurationMs ? reader.fail({ type: 'duration-range' }, at) : ms
}

function isNumberRightHere({ next }: Reader, { unit }: Quantity): boolean {
  return next.type === 'number' && timeUnits.includes(unit) && timeUnits.includes(next.unit)
}

function readAmount(reader: Reader): Quantity {
  const token = reader.take()
  if (token.type !== 'number') return reader.failExpected('limit')
  const { amount } = token
  if (token.unit !== '') return { amount, unit: known(reader, token.unit, token.unitAt) }
  const apart = reader.next
  if (apart.type === 'symbol' && apart.text === '%')
    return { amount, unit: known(reader, reader.take().text, apart.at) }
  return apart.type === 'name' && isUnit(apart.text)
    ? { amount, unit: known(reader, reader.take().text, apart.at) }
    : { amount, unit: '' }
}

function known(reader: Reader, unit: string, at: number): Unit {
  if (isUnit(unit)) return unit
  const units = Object.keys(unitFactors).filter((one) => one !== '')
  return reader.fail({ type: 'unknown-unit', found: unit, hint: nearestNames(unit, units) }, at)
}
