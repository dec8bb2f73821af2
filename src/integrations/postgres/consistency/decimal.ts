/** Digits before and after the point that are compared; PostgreSQL's numeric can have more. */
const mostDigits = 20_000

/**
 * Compares two decimal numbers as they are written, every digit of them: -1, 0 or 1; undefined when one is none
 * (`NaN`, `Infinity`, a text).
 */
export function compareDecimals(a: string, b: string): -1 | 0 | 1 | undefined {
  const [left, right] = [parse(a), parse(b)]
  if (left === undefined || right === undefined) return undefined
  const digits = Math.max(left.fraction.length, right.fraction.length)
  const [x, y] = [scaled(left, digits), scaled(right, digits)]
  return x < y ? -1 : x > y ? 1 : 0
}

interface Decimal {
  readonly isNegative: boolean
  readonly whole: string
  readonly fraction: string
}

function parse(text: string): Decimal | undefined {
  const found = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,5}))?$/.exec(text.trim())
  if (found === null) return undefined
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = found
  if (whole + fraction === '') return undefined
  const shift = Number(exponent)
  if (whole.length + fraction.length + Math.abs(shift) > mostDigits) return undefined
  const moved = shift >= 0 ? shiftedLeft(whole, fraction, shift) : shiftedRight(whole, fraction, -shift)
  return { isNegative: sign === '-', ...moved }
}

function shiftedLeft(whole: string, fraction: string, by: number): Pick<Decimal, 'whole' | 'fraction'> {
  const padded = fraction.padEnd(by, '0')
  return { whole: whole + padded.slice(0, by), fraction: padded.slice(by) }
}

function shiftedRight(whole: string, fraction: string, by: number): Pick<Decimal, 'whole' | 'fraction'> {
  const padded = whole.padStart(by, '0')
  return { whole: padded.slice(0, padded.length - by), fraction: padded.slice(padded.length - by) + fraction }
}

function scaled({ isNegative, whole, fraction }: Decimal, digits: number): bigint {
  const value = BigInt(`0${whole}${fraction.padEnd(digits, '0')}`)
  return isNegative ? -value : value
}
