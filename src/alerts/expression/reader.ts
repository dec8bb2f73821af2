import type { Text } from '../../core/message.ts'
import { type Expected, maxRuleLength } from './messages.ts'
import { type RuleProblem, ruleError } from './rule-error.ts'
import { type Token, tokensOf } from './tokens.ts'

/** Walks over the pieces of a rule. What it asks for and does not find is a `RuleError` at that place. */
export interface Reader {
  readonly next: Token
  /** The piece after the next one. */
  readonly afterNext: Token
  take(): Token
  /** Takes the next piece when it is this word or sign. */
  takeIf(text: string): boolean
  need(text: string, expected: Expected): Token
  needName(expected: Expected): Token
  fail(problem: RuleProblem, at?: number): never
  failExpected(expected: Expected, hint?: Text): never
}

export function createReader(source: string): Reader {
  if (source.length > maxRuleLength) throw ruleError(source, maxRuleLength, { type: 'too-long' })
  const tokens = tokensOf(source)
  const end: Token = { type: 'end', text: '', at: source.length, end: source.length }
  let place = 0
  const reader: Reader = {
    get next() {
      return tokens[place] ?? end
    },
    get afterNext() {
      return tokens[place + 1] ?? end
    },
    take: () => tokens[place++] ?? end,
    takeIf: (text) => {
      const { next } = reader
      const isIt = next.text === text && (next.type === 'name' || next.type === 'symbol')
      if (isIt) place++
      return isIt
    },
    need: (text, expected) => {
      const token = reader.next
      return reader.takeIf(text) ? token : reader.failExpected(expected)
    },
    needName: (expected) => (reader.next.type === 'name' ? reader.take() : reader.failExpected(expected)),
    fail: (problem, at = reader.next.at) => {
      throw ruleError(source, at, problem)
    },
    failExpected: (expected, hint) =>
      reader.fail({ type: 'expected', expected, found: reader.next.text, ...(hint && { hint }) }),
  }
  return reader
}
