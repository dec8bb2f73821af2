import type { Labels } from '../../core/series.ts'
import type { LabelMatch, Selector } from '../expression/ast.ts'

/** Whether a series is one that the selector means. A label that it does not have is the empty text. */
export function doesMatch(selector: Selector, labels: Labels): boolean {
  return selector.labels.every((match) => isWanted(match, labels[match.label] ?? ''))
}

/** The labels that the selector fixes. */
export function fixedLabels(selector: Selector): Labels {
  const fixed = selector.labels.filter(({ operator, value }) => operator === '=' && !value.includes('*'))
  return Object.fromEntries(fixed.map(({ label, value }) => [label, value]))
}

function isWanted({ operator, value }: LabelMatch, actual: string): boolean {
  return isLike(actual, value) === (operator === '=')
}

/** `*` stands for any text. Each piece is looked for once from left to right, so that no pattern takes long. */
export function isLike(text: string, pattern: string): boolean {
  const pieces = pattern.split('*')
  const [first = '', ...others] = pieces
  const last = others.pop()
  if (last === undefined) return text === pattern
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false
  const end = text.length - last.length
  let at = first.length
  for (const piece of others) {
    const found = text.indexOf(piece, at)
    if (found === -1 || found + piece.length > end) return false
    at = found + piece.length
  }
  return true
}
