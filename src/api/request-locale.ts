import { type Locale, locales } from '../core/message.ts'

/** The language of ours that a browser would rather read (`Accept-Language`, RFC 9110 §12.5.4). */
export function requestLocale(header: string | undefined, otherwise: Locale): Locale {
  let best: { readonly locale: Locale; readonly weight: number } | undefined
  for (const range of (header ?? '').slice(0, 500).split(',')) {
    const [tag = '', ...parameters] = range.trim().toLowerCase().split(';')
    const locale =
      locales.find((one) => tag === one || tag.startsWith(`${one}-`)) ?? (tag === '*' ? otherwise : undefined)
    const written = parameters.map((one) => /^\s*q=([\d.]+)\s*$/.exec(one)?.[1]).find((one) => one !== undefined)
    const weight = written === undefined ? 1 : Number(written)
    // Of two that are as welcome, the first one that was named.
    if (locale !== undefined && weight > (best?.weight ?? 0)) best = { locale, weight }
  }
  return best?.locale ?? otherwise
}
