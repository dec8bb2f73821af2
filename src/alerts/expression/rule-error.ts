import { VigieError } from '../../core/errors.ts'
import type { Text } from '../../core/message.ts'
import { printable } from '../../core/printable.ts'
import * as messages from './messages.ts'

/** What can be wrong in a rule. */
export type RuleProblem =
  | { readonly type: 'expected'; readonly expected: messages.Expected; readonly found: string; readonly hint?: Text }
  | { readonly type: 'strange-character' | 'bad-number'; readonly found: string }
  | { readonly type: 'open-string' | 'bad-string' | 'too-long' }
  | {
      readonly type: 'unknown-function' | 'unknown-unit' | 'unknown-severity'
      readonly found: string
      readonly hint: Text
    }
  | { readonly type: 'wrong-unit'; readonly unit: string; readonly family: string; readonly units: string }
  | { readonly type: 'percent-meant'; readonly amount: number }
  | { readonly type: 'clear-side' | 'clear-equal' | 'no-samples' | 'slo-range' | 'duration-range' }
  | { readonly type: 'twice'; readonly found: string }

/** A rule that cannot be read. Its text shows the line with a mark below the character, and what was expected there. */
export class RuleError extends VigieError {
  /** Where in the rule, from 0, in UTF-16 units. */
  readonly at: number
  readonly problem: RuleProblem

  constructor(text: Text, at: number, problem: RuleProblem) {
    super('config-invalid', text, 'hint' in problem && problem.hint !== undefined ? { hint: problem.hint } : {})
    this.name = 'RuleError'
    this.at = at
    this.problem = problem
  }
}

/** Characters of a line that are shown on each side of the place. */
const shownAround = 60

export function ruleError(source: string, at: number, problem: RuleProblem): RuleError {
  return new RuleError(textOf(problem, placeOf(source, at)), at, problem)
}

function textOf(problem: RuleProblem, place: messages.Place): Text {
  switch (problem.type) {
    case 'expected':
      return messages.expected({ ...place, expected: problem.expected, found: shown(problem.found) })
    case 'strange-character':
      return messages.strangeCharacter({ ...place, found: shown(problem.found) })
    case 'bad-number':
      return messages.badNumber({ ...place, found: shown(problem.found) })
    case 'open-string':
      return messages.openString(place)
    case 'bad-string':
      return messages.badString(place)
    case 'too-long':
      return messages.tooLong({ ...place, limit: messages.maxRuleLength })
    case 'unknown-function':
      return messages.unknownFunction({ ...place, found: shown(problem.found) })
    case 'unknown-unit':
      return messages.unknownUnit({ ...place, found: shown(problem.found) })
    case 'unknown-severity':
      return messages.unknownSeverity({ ...place, found: shown(problem.found) })
    case 'wrong-unit':
      return messages.wrongUnit({ ...place, unit: problem.unit, family: problem.family, units: problem.units })
    case 'percent-meant':
      return messages.percentMeant({ ...place, amount: problem.amount })
    case 'clear-side':
      return messages.clearSide(place)
    case 'clear-equal':
      return messages.clearEqual(place)
    case 'no-samples':
      return messages.noSamples(place)
    case 'slo-range':
      return messages.sloRange(place)
    case 'duration-range':
      return messages.durationRange(place)
    case 'twice':
      return messages.twice({ ...place, found: shown(problem.found) })
  }
}

function shown(found: string): string {
  return printable(found.slice(0, 40))
}

/** The part of the line around the place, and how many characters stand before it there. */
function placeOf(source: string, at: number): messages.Place {
  const start = Math.max(0, at - shownAround)
  const line = (part: string): string => printable(part).replace(/\s/g, ' ')
  const before = line(source.slice(start, at))
  const after = line(source.slice(at, at + shownAround))
  const cut = start > 0 ? '…' : ''
  return {
    line: `${cut}${before}${after}${at + shownAround < source.length ? '…' : ''}`,
    before: [...cut, ...before].length,
    column: at + 1,
  }
}
