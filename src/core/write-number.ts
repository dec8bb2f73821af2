import type { Locale } from './message.ts'

const signs = {
  en: { group: ',', decimal: '.', percent: '%' },
  fr: { group: '\u202f', decimal: ',', percent: '\u00a0%' },
} as const

/**
 * A number as people of the locale write it: what `Intl.NumberFormat` gives, whose first object costs half of what Node
 * itself needs to start. Halves are rounded away from zero, and there is no negative zero.
 *
 * @param digits the most decimals that are shown
 */
export function writeNumber(value: number, digits: number, locale: Locale): string {
  const parts = partsOf(value)
  return parts === undefined ? byIntl(value, digits, locale, 'decimal') : written(parts, digits, locale)
}

/** As `writeNumber`; 1 is 100 %. */
export function writePercent(ratio: number, digits: number, locale: Locale): string {
  const parts = partsOf(ratio)
  if (parts === undefined) return byIntl(ratio, digits, locale, 'percent')
  const fraction = parts.fraction.padEnd(2, '0')
  const hundredfold = { ...parts, whole: parts.whole + fraction.slice(0, 2), fraction: fraction.slice(2) }
  return `${written(hundredfold, digits, locale)}${signs[locale].percent}`
}

/** The shortest decimals that mean this number and no other. */
interface Parts {
  readonly isNegative: boolean
  readonly whole: string
  readonly fraction: string
}

/** Undefined where a number is written with an exponent, or is none. */
function partsOf(value: number): Parts | undefined {
  const [, minus, whole, fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(String(value)) ?? []
  return whole === undefined ? undefined : { isNegative: minus === '-', whole, fraction }
}

function written({ isNegative, whole, fraction }: Parts, digits: number, locale: Locale): string {
  const kept = BigInt(whole + fraction.slice(0, digits).padEnd(digits, '0'))
  const rounded = String(kept + ((fraction[digits] ?? '0') >= '5' ? 1n : 0n)).padStart(digits + 1, '0')
  const cut = rounded.length - digits
  const decimals = rounded.slice(cut).replace(/0+$/, '')
  const grouped = rounded.slice(0, cut).replace(/\B(?=(?:\d{3})+$)/g, signs[locale].group)
  const isZero = /^0+$/.test(rounded)
  return `${isNegative && !isZero ? '-' : ''}${grouped}${decimals === '' ? '' : signs[locale].decimal + decimals}`
}

function byIntl(value: number, digits: number, locale: Locale, style: 'decimal' | 'percent'): string {
  const tag = locale === 'fr' ? 'fr-FR' : 'en-US'
  return new Intl.NumberFormat(tag, { style, maximumFractionDigits: digits, signDisplay: 'negative' }).format(value)
}
