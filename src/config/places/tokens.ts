export interface Token {
  readonly type: 'word' | 'number' | 'string' | 'template' | 'regex' | 'sign'
  readonly text: string
  /** In UTF-16 units from the beginning of the source. */
  readonly start: number
}

const word = /[\p{ID_Start}$_#@][\p{ID_Continue}$\u200c\u200d]*/uy
const number = /(?:0[xXoObB][\da-fA-F_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?[\d_]+)?)n?/y
const string = /'(?:[^'\\\n\r]|\\[\s\S])*'|"(?:[^"\\\n\r]|\\[\s\S])*"/y
const regex = /\/(?:[^/\\[\n\r]|\\.|\[(?:[^\]\\\n\r]|\\.)*\])+\/[a-z]*/y
const blank = /(?:\s|\/\/[^\n\r]*|\/\*[\s\S]*?\*\/)+/uy
const sign = /\.\.\.|=>|[\s\S]/uy

/** After these words a slash begins a regular expression; after any other word it divides. */
const beforeRegex = new Set([
  'return',
  'typeof',
  'case',
  'in',
  'of',
  'delete',
  'void',
  'throw',
  'new',
  'await',
  'default',
])

/**
 * The tokens of a JavaScript or TypeScript source, comments left out; undefined when it cannot be told apart. It is no
 * parser: who asks must give up where the tokens are not what was expected.
 */
export function tokensOf(source: string): readonly Token[] | undefined {
  const tokens: Token[] = []
  let at = source.startsWith('#!') ? (matchAt(/[^\n\r]*/y, source, 0)?.length ?? 0) : 0
  while (at < source.length) {
    const skipped = matchAt(blank, source, at)
    if (skipped !== undefined) at += skipped.length
    if (at >= source.length) break
    const token = tokenAt(source, at, tokens.at(-1))
    if (token === undefined) return undefined
    tokens.push(token)
    at += token.text.length
  }
  return tokens
}

function tokenAt(source: string, start: number, previous: Token | undefined): Token | undefined {
  const first = source.charAt(start)
  if (first === '`') {
    const end = templateEnd(source, start)
    return end === undefined ? undefined : { type: 'template', text: source.slice(start, end), start }
  }
  const readers: readonly (readonly [Token['type'], RegExp])[] = [
    ['string', string],
    ['number', number],
    ['word', word],
    ...(first === '/' && mayBeginRegex(previous) ? ([['regex', regex]] as const) : []),
  ]
  for (const [type, pattern] of readers) {
    const text = matchAt(pattern, source, start)
    if (text !== undefined) return { type, text, start }
  }
  // A quote that no string begins with: an unclosed one, or a slash that was misread before it.
  return first === "'" || first === '"'
    ? undefined
    : { type: 'sign', text: matchAt(sign, source, start) ?? first, start }
}

function mayBeginRegex(previous: Token | undefined): boolean {
  if (previous === undefined) return true
  if (previous.type === 'word') return beforeRegex.has(previous.text)
  return previous.type === 'sign' && ![')', ']', '}'].includes(previous.text)
}

/** The place after a template, those nested in it included. */
function templateEnd(source: string, start: number): number | undefined {
  for (let at = start + 1; at < source.length; at++) {
    const char = source[at]
    if (char === '\\') at++
    else if (char === '`') return at + 1
    else if (char === '$' && source[at + 1] === '{') {
      const end = substitutionEnd(source, at + 2)
      if (end === undefined) return undefined
      at = end - 1
    }
  }
  return undefined
}

function substitutionEnd(source: string, start: number): number | undefined {
  let depth = 1
  let previous: Token | undefined
  for (let at = start; at < source.length; ) {
    const skipped = matchAt(blank, source, at)
    if (skipped !== undefined) {
      at += skipped.length
      continue
    }
    const token = tokenAt(source, at, previous)
    if (token === undefined) return undefined
    at += token.text.length
    if (token.text === '{') depth++
    else if (token.text === '}' && --depth === 0) return at
    previous = token
  }
  return undefined
}

function matchAt(pattern: RegExp, source: string, at: number): string | undefined {
  pattern.lastIndex = at
  return pattern.exec(source)?.[0] || undefined
}
