import type { Locale } from './message.ts'

const isOneOf: Readonly<Record<Locale, (rounded: number) => boolean>> = {
  en: (rounded) => rounded === 1,
  fr: (rounded) => rounded < 2,
}

/** Whether a count takes the singular: what `Intl.PluralRules` calls `one`. It looks at three decimals. */
export function isOne(count: number, locale: Locale): boolean {
  return isOneOf[locale](Math.abs(Math.round(count * 1000) / 1000))
}

/** `a, b, & c` and `a, b et c`: what `Intl.ListFormat` gives for a short conjunction. */
export function writeList(items: readonly string[], locale: Locale): string {
  const last = items.at(-1) ?? ''
  const before = items.slice(0, -1)
  if (before.length === 0) return last
  const and = locale === 'fr' ? ' et ' : before.length > 1 ? ', & ' : ' & '
  return `${before.join(', ')}${and}${last}`
}
