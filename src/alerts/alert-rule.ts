import type { Message, Text } from '../core/message.ts'
import type { Severity } from '../core/words.ts'
import { type BurnPace, burnPaces } from './conditions/burn-subjects.ts'
import type { Rule } from './expression/ast.ts'
import { parseRule } from './expression/parse-rule.ts'
import { printRule } from './expression/print-rule.ts'
import type { TitleParams } from './title-words.ts'

/**
 * Flap damping: a firing alert ends when it has been clear for as long as it took to fire, and for 5 minutes at least,
 * the time that the guides give to load before it counts ("> 80 % for > 5 minutes"). Prometheus has the same as
 * `keep_firing_for`, off unless it is set; a value that swings around its limit would then be an alert each time.
 */
export const defaultKeepMs = 300_000
const defaultSeverity: Severity = 'high'

/** A rule as it is evaluated. One line of text gives one, a burn rule one for each pace. */
export interface AlertRule {
  /** What its alerts are keyed by: the id of a ready-made rule, or the rule as printed; with its pace for a burn rule. */
  readonly id: string
  /** The rule as printed: what is stored and shown. */
  readonly text: string
  readonly rule: Rule
  readonly severity: Severity
  readonly keepMs: number
  readonly pace?: BurnPace
  readonly title?: Message<TitleParams>
  readonly remedy?: Text
  /** The id of a rule that says more: while that one fires for the same labels, nobody is told of this one. */
  readonly weakerThan?: string
  /** Whether a series that is never seen at all is told as missing: of rules that a team wrote itself. */
  readonly expectsData: boolean
}

/** What a ready-made rule adds to its text. */
export type RuleTexts = Pick<AlertRule, 'title' | 'remedy' | 'weakerThan'> & { readonly id?: string }

/** Reads a line of the config. Throws `RuleError`. */
export function alertRulesOf(source: string, { id, ...texts }: RuleTexts = {}): readonly AlertRule[] {
  const rule = parseRule(source)
  const text = printRule(rule)
  const base = { text, rule, keepMs: rule.keepMs ?? Math.max(rule.forMs, defaultKeepMs), expectsData: id === undefined }
  const name = id ?? text
  if (rule.condition.type !== 'burn') {
    return [{ ...base, ...texts, id: name, severity: rule.severity ?? defaultSeverity }]
  }
  return burnPaces.map((pace) => ({
    ...base,
    ...texts,
    id: `${name} ${pace}`,
    pace,
    // A budget that is gone in two days wakes somebody; one that lasts for five is for the morning.
    severity: rule.severity ?? (pace === 'fast' ? 'critical' : 'high'),
    ...(pace === 'slow' && { weakerThan: `${name} fast` }),
  }))
}

/** Milliseconds of recorded points that the rule needs before it can say anything: its longest window and its `for`. */
export function historyNeededMs({ rule: { condition, forMs } }: AlertRule): number {
  if (condition.type === 'burn') return 21_600_000 + forMs
  if (condition.type === 'absent') return forMs
  const comparisons = condition.type === 'comparison' ? [condition] : [condition.left, condition.right]
  return forMs + Math.max(...comparisons.map(({ value }) => ('windowMs' in value ? value.windowMs : 0)))
}
