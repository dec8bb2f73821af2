import type { Locale } from './message.ts'

/**
 * The title of an alert with its component before it, unless it begins with it: a check says what it found, and who reads
 * that alone, on a locked phone, must know of what.
 */
export function placedTitle(component: string, title: string, locale: Locale): string {
  const isPlaced = title.startsWith(component) && !/^[\w-]/.test(title.slice(component.length))
  if (component === '' || isPlaced) return title
  return `${component}${locale === 'fr' ? '\u00a0:' : ':'} ${title}`
}
