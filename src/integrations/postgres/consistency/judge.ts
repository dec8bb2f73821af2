import type { Text } from '../../../core/message.ts'
import type { FindingDraft } from '../../../core/verdict.ts'
import { compareDecimals } from './decimal.ts'
import type { RuleAnswer } from './look.ts'
import type { ConsistencyRule } from './rule.ts'
import { countersDiffer, hasRows, otherValue, seeRule } from './texts.ts'

export interface RuleSample {
  readonly component: string
  readonly name: string
  readonly rule: ConsistencyRule
  readonly answer: RuleAnswer
}

/** Whether a rule holds, or why that could not be told. */
export type RuleVerdict =
  | { readonly is: 'held' }
  | { readonly is: 'violated'; readonly finding: FindingDraft }
  | { readonly is: 'unknown'; readonly why: string; readonly detail: string }

export function judgeRule({ component, name, rule, answer }: RuleSample): RuleVerdict {
  const violated = (title: Text): RuleVerdict => ({
    is: 'violated',
    finding: { subject: name, severity: rule.severity, title, remedy: seeRule({ component, rule: name }) },
  })
  const unknown = (why: string, detail: string | number = ''): RuleVerdict => ({
    is: 'unknown',
    why,
    detail: String(detail),
  })
  if (answer.is === 'no-time') return unknown('no-time')
  if (answer.is === 'unanswered') {
    const { refusal, detail, code } = answer.answer
    // query_canceled: our own limit, or somebody who ended it.
    return unknown(code === '57014' && /timeout/.test(detail) ? 'slow' : refusal, detail)
  }
  if (answer.is === 'counters') {
    const { counters, sources, nullKeys, doubleKeys, different, missing, keys } = answer
    if (counters + sources === 0) return unknown('no-counters')
    if (nullKeys > 0) return unknown('null-keys', nullKeys)
    if (doubleKeys > 0) return unknown('double-keys', doubleKeys)
    return different + missing === 0
      ? { is: 'held' }
      : violated(countersDiffer({ rule: name, different, missing, keys }))
  }
  const { expect = 'none' } = rule
  const { count, value, keys } = answer
  if (expect === 'none') return count === 0 ? { is: 'held' } : violated(hasRows({ rule: name, count, keys }))
  if (count === 0) return unknown('no-row')
  if (count > 1) return unknown('several-rows', count)
  if (value === null) return unknown('no-value')
  const { min, max } = typeof expect === 'object' ? expect : { min: expect, max: expect }
  const [low, high] = [min, max].map((limit) => limit === undefined || compareDecimals(value, String(limit)))
  if (low === undefined || high === undefined) return unknown('not-a-number')
  if (low !== -1 && high !== 1) return { is: 'held' }
  const wanted = typeof expect === 'object' ? [min ?? '…', max ?? '…'].join(' – ') : String(expect)
  return violated(otherValue({ rule: name, value, wanted }))
}
