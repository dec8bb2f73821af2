import type { Formatter } from '../core/formatter.ts'
import type { Locale } from '../core/message.ts'
import type { Operator } from './expression/ast.ts'
import type { Family } from './expression/units.ts'

/** What the title of an alert is made of. A ready-made rule has its own title of the same. */
export type TitleParams = {
  readonly component: string
  /** What it is about within the component: the labels that are left. '' for none. */
  readonly subject: string
  /** What is compared, as written: `avg(host_cpu_ratio, 5m)`. */
  readonly what: string
  readonly value: number
  readonly operator: string
  readonly limit: number
  readonly family: Family
  readonly forMs: number
}

/** The place of an alert: `db`, `host /var`. */
export function placeIn(p: TitleParams): string {
  return [p.component, p.subject].filter((part) => part !== '').join(' ')
}

export function figure(value: number, family: Family, f: Formatter): string {
  if (family === 'ratio') return f.percent(value)
  if (family === 'bytes') return f.bytes(value)
  if (family === 'seconds') return f.duration(value * 1000)
  return family === 'days' ? f.duration(value * 86_400_000) : f.number(value, 2)
}

const words: Readonly<Record<Locale, Readonly<Record<string, string>>>> = {
  en: { '>': 'above', '>=': 'at least', '<': 'below', '<=': 'at most', '==': 'equal to', '!=': 'other than' },
  fr: {
    '>': 'au-dessus de',
    '>=': 'au moins',
    '<': 'au-dessous de',
    '<=': 'au plus',
    '==': 'égal à',
    '!=': 'autre que',
  },
} satisfies Readonly<Record<Locale, Readonly<Record<Operator, string>>>>
const wordOf = (operator: string, locale: Locale): string => words[locale][operator] ?? operator

/** `: above 80 % for 5 min`, the end of every title about a limit. */
export function limitText(p: TitleParams, f: Formatter): string {
  const limit = figure(p.limit, p.family, f)
  const over = p.forMs > 0 ? (f.locale === 'fr' ? ` depuis ${f.duration(p.forMs)}` : ` for ${f.duration(p.forMs)}`) : ''
  return `${wordOf(p.operator, f.locale)} ${limit}${over}`
}
