import type { Formatter } from '../../../core/formatter.ts'
import { type Rule, rules, type WarningCode } from './rules.ts'

/** What a statement would do that people should know before it runs. A type: it is JSON. */
export type Warning = {
  readonly code: WarningCode
  /** The table, index or type concerned; '' when it is the whole. */
  readonly table: string
  /** Of the table; null when it is not known: it is judged as a large one then. */
  readonly bytes: number | null
  /** What else there is to say: a version, what the parser said. */
  readonly detail?: string
}

/** `bookings (12 GB): adds a column … Safe: …`, in the language of the formatter. */
export function warningWords({ code, table, bytes, detail }: Warning, format: Formatter): string {
  const { locale } = format
  // A row of another version may hold a code that is none any more.
  const known: Rule | undefined = rules[code]
  if (known === undefined) return [code, table].join(' ')
  const size = bytes === null ? (known.growsWithTable ? ` (${unknownSize[locale]})` : '') : ` (${format.bytes(bytes)})`
  const about = table === '' ? '' : `${table}${size}${colon[locale]}`
  return `${about}${known[locale].why}${detail === undefined ? '' : ` (${detail})`}. ${safely[locale]}${known[locale].safe}`
}

const colon = { en: ': ', fr: ' : ' }
const unknownSize = { en: 'size unknown, taken as large', fr: 'taille inconnue, supposée grande' }
const safely = { en: 'Safer: ', fr: 'Plus sûr : ' }
