import type { Labels } from '../../core/series.ts'
import type { Exemplar } from './exposed.ts'
import type { ExpositionProblem } from './exposition-error.ts'

export type TextFormat = 'text' | 'openmetrics'

/** A sample line without what is known of its family. */
export interface SampleLine {
  readonly name: string
  readonly labels: Labels
  readonly value: number
  readonly timestampMs: number | undefined
  readonly exemplar: Exemplar | undefined
}

/** What is wrong in a line, and at which character of it, from 0. */
export class LineError extends Error {
  readonly problem: ExpositionProblem
  readonly at: number

  constructor(problem: ExpositionProblem, at: number) {
    super(problem)
    this.problem = problem
    this.at = at
  }
}

interface Cursor {
  readonly text: string
  at: number
}

const namePattern = /[A-Za-z_:][A-Za-z0-9_:]*/y
const labelPattern = /[A-Za-z_][A-Za-z0-9_]*/y
const blanks = /[ \t]*/y
const wordPattern = /[^ \t#]+/y
const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/
const infinite = /^([+-]?)inf(?:inity)?$/i
const noLabels: Labels = {}

/** `name{label="value"} 1.5 1700000000000 # {trace="a"} 0.1`. Throws `LineError`. */
export function readSampleLine(text: string, format: TextFormat): SampleLine {
  const cursor: Cursor = { text, at: 0 }
  skip(cursor)
  const name = take(cursor, namePattern, 'name')
  skip(cursor)
  const labels = text[cursor.at] === '{' ? readLabels(cursor) : noLabels
  const value = readNumber(cursor, 'value')
  const timestampMs = atEnd(cursor) || text[cursor.at] === '#' ? undefined : readTimestamp(cursor, format)
  const exemplar = format === 'openmetrics' && text[cursor.at] === '#' ? readExemplar(cursor) : undefined
  if (!atEnd(cursor)) throw new LineError('rest', cursor.at)
  return { name, labels, value, timestampMs, exemplar }
}

function readLabels(cursor: Cursor): Labels {
  const labels: Record<string, string> = {}
  cursor.at++
  for (;;) {
    skip(cursor)
    if (cursor.text[cursor.at] === '}') break
    const start = cursor.at
    const name = take(cursor, labelPattern, 'label')
    if (Object.hasOwn(labels, name)) throw new LineError('label-twice', start)
    skip(cursor)
    expect(cursor, '=')
    skip(cursor)
    expect(cursor, '"')
    const value = readQuoted(cursor)
    // A label of this name would be the prototype otherwise.
    if (name === '__proto__') Object.defineProperty(labels, name, { value, enumerable: true })
    else labels[name] = value
    skip(cursor)
    if (cursor.text[cursor.at] === ',') cursor.at++
    else if (cursor.text[cursor.at] !== '}') throw new LineError('label', cursor.at)
  }
  cursor.at++
  return labels
}

/** Behind the opening quote up to behind the closing one. */
function readQuoted(cursor: Cursor): string {
  const { text } = cursor
  const start = cursor.at
  let hasEscapes = false
  for (let at = start; at < text.length; at++) {
    if (text[at] === '\\') {
      hasEscapes = true
      at++
    } else if (text[at] === '"') {
      cursor.at = at + 1
      const raw = text.slice(start, at)
      return hasEscapes ? unescaped(raw) : raw
    }
  }
  throw new LineError('label', text.length)
}

/** A backslash before any other character stays, as OpenMetrics has it. */
export function unescaped(raw: string): string {
  return raw.replace(/\\([\\"n])/g, (_, one: string) => (one === 'n' ? '\n' : one))
}

function readExemplar(cursor: Cursor): Exemplar {
  cursor.at++
  skip(cursor)
  if (cursor.text[cursor.at] !== '{') throw new LineError('exemplar', cursor.at)
  const labels = readLabels(cursor)
  const value = readNumber(cursor, 'exemplar')
  const timestampMs = atEnd(cursor) ? undefined : readNumber(cursor, 'exemplar') * 1000
  return { labels, value, timestampMs }
}

function readTimestamp(cursor: Cursor, format: TextFormat): number {
  const stamp = readNumber(cursor, 'timestamp')
  return format === 'openmetrics' ? stamp * 1000 : stamp
}

function readNumber(cursor: Cursor, problem: ExpositionProblem): number {
  skip(cursor)
  const start = cursor.at
  const value = parseNumber(take(cursor, wordPattern, problem))
  if (value === undefined) throw new LineError(problem, start)
  skip(cursor)
  return value
}

function parseNumber(word: string): number | undefined {
  if (decimal.test(word)) return Number(word)
  const sign = infinite.exec(word)?.[1]
  if (sign !== undefined) return sign === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  return /^[+-]?nan$/i.test(word) ? Number.NaN : undefined
}

function take(cursor: Cursor, pattern: RegExp, problem: ExpositionProblem): string {
  pattern.lastIndex = cursor.at
  const found = pattern.exec(cursor.text)?.[0]
  if (found === undefined) throw new LineError(problem, cursor.at)
  cursor.at += found.length
  return found
}

function expect(cursor: Cursor, one: string): void {
  if (cursor.text[cursor.at] !== one) throw new LineError('label', cursor.at)
  cursor.at++
}

function skip(cursor: Cursor): void {
  const code = cursor.text.charCodeAt(cursor.at)
  if (code !== 0x20 && code !== 0x09) return
  blanks.lastIndex = cursor.at
  blanks.exec(cursor.text)
  cursor.at = blanks.lastIndex
}

function atEnd(cursor: Cursor): boolean {
  return cursor.at >= cursor.text.length
}
