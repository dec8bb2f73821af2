import type { Locale } from './message.ts'

/** Figures as people of the locale write them. Bytes are base 1,000; ratios are 0 to 1; durations show two units. */
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

/** @param timeZone an IANA name; times are shown in it. */
export function createFormatter(locale: Locale, timeZone = 'UTC'): Formatter {
  const tag = locale === 'fr' ? 'fr-FR' : 'en-GB'
  const numberTag = locale === 'fr' ? 'fr-FR' : 'en-US'
  const number = (value: number, maximumFractionDigits = 1): string =>
    new Intl.NumberFormat(numberTag, { maximumFractionDigits }).format(value)
  return {
    locale,
    number,
    percent: (ratio, maximumFractionDigits = 1) =>
      new Intl.NumberFormat(numberTag, { style: 'percent', maximumFractionDigits }).format(ratio),
    bytes: (bytes) => {
      const units = byteUnits[locale]
      const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, Math.abs(bytes))) / 3)))
      return `${number(bytes / 1000 ** power, power === 0 ? 0 : 1)}\u00a0${units[power]}`
    },
    duration: (ms) => formatDuration(ms, dayUnit[locale], number),
    date: (iso) =>
      new Intl.DateTimeFormat(tag, { timeZone, day: 'numeric', month: 'short', year: 'numeric' }).format(new Date(iso)),
    dateTime: (iso) =>
      new Intl.DateTimeFormat(tag, {
        timeZone,
        weekday: 'short',
        day: 'numeric',
        month: 'short',
        hour: '2-digit',
        minute: '2-digit',
      }).format(new Date(iso)),
    plural: (count, forms) => (new Intl.PluralRules(locale).select(count) === 'one' ? forms.one : forms.other),
    list: (items) => new Intl.ListFormat(locale, { style: 'short', type: 'conjunction' }).format(items),
  }
}

function formatDuration(ms: number, day: string, number: (value: number, digits?: number) => string): string {
  if (ms < 0) return `-${formatDuration(-ms, day, number)}`
  if (ms < 1000) return `${number(ms, ms < 10 ? 1 : 0)}\u00a0ms`
  if (ms < 60_000) return `${number(ms / 1000, 1)}\u00a0s`
  const units: readonly (readonly [number, string])[] = [
    [86_400_000, day],
    [3_600_000, 'h'],
    [60_000, 'min'],
    [1000, 's'],
  ]
  const first = units.findIndex(([size]) => ms >= size)
  const [size, name] = units[first] ?? [1000, 's']
  const [nextSize, nextName] = units[first + 1] ?? [1000, 's']
  const whole = Math.floor(ms / size)
  const rest = Math.floor((ms % size) / nextSize)
  return rest === 0 ? `${whole}\u00a0${name}` : `${whole}\u00a0${name} ${rest}\u00a0${nextName}`
}
