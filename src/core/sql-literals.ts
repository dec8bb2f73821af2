/**
 * Replaces every literal of an SQL text by `?`: strings of all PostgreSQL spellings and numbers. Comments go, since they
 * may hold anything. Works on truncated text (an unterminated literal is replaced to the end), which a parser cannot.
 * Lexical rules: PostgreSQL documentation, "Lexical Structure" (4.1), with standard_conforming_strings on.
 */
export function redactSqlLiterals(sql: string): string {
  let result = ''
  let at = 0
  while (at < sql.length) {
    const token = tokenAt(sql, at)
    result += token.shown
    at = token.end
  }
  return result
}

interface Token {
  readonly shown: string
  /** The place after it, always farther than where it began. */
  readonly end: number
}

/** One reader for each kind of token, in the order in which they are tried. Each is undefined where another one stands. */
const readers: readonly ((sql: string, at: number) => Token | undefined)[] = [
  (sql, at) => {
    const end = commentEnd(sql, at)
    return end === undefined ? undefined : { shown: ' ', end }
  },
  (sql, at) => {
    const opening = matchAt(/(?:[uU]&|[eEbBxXnN])?'/y, sql, at)
    if (opening === undefined) return undefined
    return { shown: '?', end: stringEnd(sql, at + opening.length, /^[eE]/.test(opening)) }
  },
  (sql, at) => {
    const tag = matchAt(/\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/y, sql, at)
    if (tag === undefined) return undefined
    const closing = sql.indexOf(tag, at + tag.length)
    return { shown: '?', end: closing === -1 ? sql.length : closing + tag.length }
  },
  (sql, at) => kept(matchAt(/\$\d+|[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y, sql, at), at),
  (sql, at) => (sql[at] === '"' ? kept(sql.slice(at, quotedEnd(sql, at + 1, '"', false)), at) : undefined),
  (sql, at) => {
    const number = matchAt(/0[xXoObB][\da-fA-F_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d[\d_]*)?/y, sql, at)
    return number === undefined ? undefined : { shown: '?', end: at + number.length }
  },
]

function tokenAt(sql: string, at: number): Token {
  for (const read of readers) {
    const token = read(sql, at)
    if (token !== undefined) return token
  }
  return { shown: sql.charAt(at), end: at + 1 }
}

function kept(text: string | undefined, at: number): Token | undefined {
  return text === undefined ? undefined : { shown: text, end: at + text.length }
}

function matchAt(pattern: RegExp, sql: string, at: number): string | undefined {
  pattern.lastIndex = at
  return pattern.exec(sql)?.[0]
}

/** The place after the comment that begins here; block comments nest. */
function commentEnd(sql: string, at: number): number | undefined {
  if (sql.startsWith('--', at)) {
    const length = sql.slice(at).search(/[\n\r]/)
    return length === -1 ? sql.length : at + length
  }
  if (!sql.startsWith('/*', at)) return undefined
  const marks = /\/\*|\*\//g
  marks.lastIndex = at
  for (let depth = 0, mark = marks.exec(sql); mark !== null; mark = marks.exec(sql)) {
    depth += mark[0] === '/*' ? 1 : -1
    if (depth === 0) return marks.lastIndex
  }
  return sql.length
}

/** The place after a string whose content begins at `from`, the parts that follow it on other lines included. */
function stringEnd(sql: string, from: number, hasEscapes: boolean): number {
  let end = quotedEnd(sql, from, "'", hasEscapes)
  for (;;) {
    const gap = matchAt(/[ \t\f\v]*(?:--[^\n\r]*)?[\n\r](?:\s|--[^\n\r]*[\n\r])*'/y, sql, end)
    if (gap === undefined) return end
    end = quotedEnd(sql, end + gap.length, "'", hasEscapes)
  }
}

/** The place after the closing quote; a doubled quote, and with `hasEscapes` one after a backslash, does not close. */
function quotedEnd(sql: string, from: number, quote: string, hasEscapes: boolean): number {
  for (let at = from; at < sql.length; at++) {
    if (hasEscapes && sql[at] === '\\') at++
    else if (sql[at] === quote) {
      if (sql[at + 1] !== quote) return at + 1
      at++
    }
  }
  return sql.length
}
