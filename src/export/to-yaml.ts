import { Scalar, stringify } from 'yaml'

/** What YAML takes for the end of a line, beside what every writer escapes. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for.
const lineEnds = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff]/g

/**
 * YAML that Go's readers understand as we mean it: they follow YAML 1.1, where `on`, `1:30` and `0755` are no texts.
 * Comments stand at the top, a line each.
 */
export function toYaml(value: unknown, comments: readonly string[]): string {
  const head = comments.map((line) => `# ${line.toWellFormed().replace(lineEnds, ' ')}`.trimEnd())
  const body = stringify(guarded(value), { version: '1.1', lineWidth: 0 }).replace(
    /[\u0085\u2028\u2029\ufeff]/g,
    (end) => `\\u${end.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return `${[...head, ''].join('\n')}${body}`
}

/** Texts with such characters between double quotes, the only place where they can be escaped. */
function guarded(value: unknown): unknown {
  if (typeof value === 'string') {
    const text = value.toWellFormed()
    if (!/[\u0085\u2028\u2029\ufeff]/.test(text)) return text
    const scalar = new Scalar(text)
    scalar.type = 'QUOTE_DOUBLE'
    return scalar
  }
  if (Array.isArray(value)) return value.map(guarded)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, one]) => (one === undefined ? [] : [[key, guarded(one)]])),
  )
}
