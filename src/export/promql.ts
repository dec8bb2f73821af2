import type { LabelMatch, Selector } from '../alerts/expression/ast.ts'

/** A text as PromQL writes it: its escapes are those of JSON. */
export function promString(text: string): string {
  return JSON.stringify(text.toWellFormed())
}

/**
 * A selector in PromQL, in a system: `name{system="X",label="value"}`. A `*` of ours is `.*` there.
 *
 * @param more matches in PromQL
 */
export function promSelector(
  { name, labels }: Selector,
  system: string | undefined,
  more: readonly string[] = [],
): string {
  const isFixed = labels.some(({ label }) => label === 'system')
  const own = system === undefined || isFixed ? [] : [`system=${promString(system)}`]
  const matches = [...own, ...more, ...labels.map(promMatch)]
  return matches.length === 0 ? name : `${name}{${matches.join(',')}}`
}

/** Text in a Go template, as Prometheus and Alertmanager read annotations and addresses, that stands for itself. */
export function plainInTemplate(text: string): string {
  return text.replaceAll('{{', '{{"{{"}}')
}

export function escapedRegex(text: string): string {
  return text.replace(/[.+*?^${}()|[\]\\]/g, '\\$&')
}

function promMatch({ label, operator, value }: LabelMatch): string {
  if (!value.includes('*')) return `${label}${operator}${promString(value)}`
  const pattern = value.split('*').map(escapedRegex).join('.*')
  return `${label}${operator === '=' ? '=~' : '!~'}${promString(pattern)}`
}
