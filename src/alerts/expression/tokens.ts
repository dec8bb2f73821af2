import { type RuleProblem, ruleError } from './rule-error.ts'

/** A piece of a rule, with its place. `unit` is what stands right after a number. */
export type Token =
  | { readonly type: 'name' | 'symbol' | 'end'; readonly text: string; readonly at: number; readonly end: number }
  | {
      readonly type: 'string'
      readonly text: string
      readonly value: string
      readonly at: number
      readonly end: number
    }
  | {
      readonly type: 'number'
      readonly text: string
      readonly amount: number
      readonly unit: string
      readonly unitAt: number
      readonly at: number
      readonly end: number
    }

/** Beyond it no counter counts, and sums of units stay numbers. */
const maxAmount = 1e18
const blank = /[\s\u00a0\u202f]+/y
const name = /[A-Za-z_:][A-Za-z0-9_:]*/y
/** A unit is letters only, so that `1h30m` is two numbers. */
const number = /(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)(%|[A-Za-z]+)?/y
const text = /"(?:[^"\\]|\\.)*"/y
const symbol = />=|<=|==|!=|[><={}(),%]/y

/** Cuts a rule into its pieces; the last one is its end. Throws `RuleError` at a character that no rule has. */
export function tokensOf(source: string): readonly Token[] {
  const tokens: Token[] = []
  let at = skip(source, 0)
  while (at < source.length) {
    const token = tokenAt(source, at)
    tokens.push(token)
    at = skip(source, token.end)
  }
  return [...tokens, { type: 'end', text: '', at: source.length, end: source.length }]
}

function skip(source: string, at: number): number {
  return at + (matchAt(blank, source, at)?.[0].length ?? 0)
}

function tokenAt(source: string, at: number): Token {
  const fail = (problem: RuleProblem): never => {
    throw ruleError(source, at, problem)
  }
  const word = matchAt(name, source, at)?.[0]
  if (word !== undefined) return { type: 'name', text: word, at, end: at + word.length }
  const figure = matchAt(number, source, at)
  if (figure !== null) {
    const [whole, digits = '', unit = ''] = figure
    const amount = Number(digits) + 0
    if (Math.abs(amount) > maxAmount) return fail({ type: 'bad-number', found: digits })
    const end = at + whole.length
    return { type: 'number', text: whole, amount, unit, unitAt: end - unit.length, at, end }
  }
  if (source[at] === '"') {
    const quoted = matchAt(text, source, at)?.[0]
    if (quoted === undefined) return fail({ type: 'open-string' })
    return {
      type: 'string',
      text: quoted,
      value: unquoted(quoted) ?? fail({ type: 'bad-string' }),
      at,
      end: at + quoted.length,
    }
  }
  const sign = matchAt(symbol, source, at)?.[0]
  if (sign !== undefined) return { type: 'symbol', text: sign, at, end: at + sign.length }
  return fail({ type: 'strange-character', found: String.fromCodePoint(source.codePointAt(at) ?? 0) })
}

function unquoted(quoted: string): string | undefined {
  try {
    const text: unknown = JSON.parse(quoted)
    return typeof text === 'string' ? text : undefined
  } catch {
    return undefined
  }
}

function matchAt(pattern: RegExp, source: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(source)
}
