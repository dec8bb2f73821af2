import type { Locale } from './message.ts'
import { writeNumber, writePercent } from './write-number.ts'
import { isOne, writeList } from './write-words.ts'
import { zonedTime } from './zoned.ts'

/**
 * Figures as people of the locale write them. Bytes are base 1,000; ratios are 0 to 1; durations show two units. A value
 * and its unit are never parted at the end of a line.
 */
export interface Formatter {
  readonly locale: Locale
  number(value: number, maximumFractionDigits?: number): string
  percent(ratio: number, maximumFractionDigits?: number): string
  bytes(bytes: number): string
  duration(ms: number): string
  /** A day, in the formatter's time zone. */
  date(iso: string): string
  /** A day and a time, in the formatter's time zone. */
  dateTime(iso: string): string
  /** The text for a count: `{ one: '1 file', other: '3 files' }` by the plural rules of the locale. */
  plural(count: number, forms: { readonly one: string; readonly other: string }): string
  list(items: readonly string[]): string
}

const byteUnits = { en: ['B', 'kB', 'MB', 'GB', 'TB', 'PB'], fr: ['o', 'ko', 'Mo', 'Go', 'To', 'Po'] } as const
const dayUnit = { en: 'd', fr: 'j' } as const

/** As the Unicode CLDR abbreviates them, from January and from Monday on. */
const months = {
  en: ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sept', 'Oct', 'Nov', 'Dec'],
  fr: ['janv.', 'févr.', 'mars', 'avr.', 'mai', 'juin', 'juil.', 'août', 'sept.', 'oct.', 'nov.', 'déc.'],
} as const
const weekdays = {
  en: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'],
  fr: ['lun.', 'mar.', 'mer.', 'jeu.', 'ven.', 'sam.', 'dim.'],
} as const

/** @param timeZone an IANA name; times are shown in it. */
export function createFormatter(locale: Locale, timeZone = 'UTC'): Formatter {
  const number = (value: number, digits = 1): string => writeNumber(value, digits, locale)
  const time = (iso: string, show: (at: Temporal.ZonedDateTime) => string): string => {
    const date = new Date(iso)
    // What is no time is shown as it stands: one bad row must not hide the others.
    return Number.isNaN(date.getTime()) ? iso : show(zonedTime(date, timeZone))
  }
  const day = (at: Temporal.ZonedDateTime): string => `${at.day} ${months[locale][at.month - 1]}`
  return {
    locale,
    number,
    percent: (ratio, digits = 1) => writePercent(ratio, digits, locale),
    bytes: (bytes) => formatBytes(bytes, byteUnits[locale], number),
    duration: (ms) => formatDuration(ms, dayUnit[locale], number),
    date: (iso) => time(iso, (at) => `${day(at)} ${at.year}`),
    dateTime: (iso) =>
      time(iso, (at) => `${weekdays[locale][at.dayOfWeek - 1]} ${day(at)}, ${at.toPlainTime().toString().slice(0, 5)}`),
    plural: (count, forms) => (isOne(count, locale) ? forms.one : forms.other),
    list: (items) => writeList(items, locale),
  }
}

type FormatNumber = (value: number, maximumFractionDigits?: number) => string

function formatBytes(bytes: number, units: readonly string[], number: FormatNumber): string {
  const digits = (power: number): number => (power === 0 ? 0 : 1)
  const last = units.length - 1
  let power = 0
  // What would be rounded to 1,000 of a unit is 1 of the next one.
  while (power < last && roundTo(Math.abs(bytes) / 1000 ** power, digits(power)) >= 1000) power++
  return `${number(roundTo(bytes / 1000 ** power, digits(power)), digits(power))}\u00a0${units[power]}`
}

/** Two units at most; from a minute on whole ones, rounded down: an hour is not over before it is. */
function formatDuration(ms: number, day: string, number: FormatNumber): string {
  if (!Number.isFinite(ms)) return `${number(ms)}\u00a0${day}`
  if (roundTo(ms, 1) < 0) return `-${formatDuration(-ms, day, number)}`
  const milliseconds = roundTo(Math.abs(ms), ms < 10 ? 1 : 0)
  if (milliseconds < 1000) return `${number(milliseconds)}\u00a0ms`
  const seconds = roundTo(ms / 1000, 1)
  if (seconds < 60) return `${number(seconds)}\u00a0s`
  const units: readonly (readonly [number, string])[] = [
    [86_400_000, day],
    [3_600_000, 'h'],
    [60_000, 'min'],
    [1000, 's'],
  ]
  // 59.95 s to 60 s show as a minute.
  const shown = Math.max(ms, 60_000)
  const first = units.findIndex(([size]) => shown >= size)
  const [size, name] = units[first] ?? [1000, 's']
  const [nextSize, nextName] = units[first + 1] ?? [1000, 's']
  const whole = Math.floor(shown / size)
  const rest = Math.floor((shown % size) / nextSize)
  const wholePart = `${number(whole, 0)}\u00a0${name}`
  return rest === 0 ? wholePart : `${wholePart} ${rest}\u00a0${nextName}`
}

/** Without a negative zero, which would be shown as "-0". */
function roundTo(value: number, digits: number): number {
  return Math.round(value * 10 ** digits) / 10 ** digits + 0
}
