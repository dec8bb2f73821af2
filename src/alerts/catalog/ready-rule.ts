import type { AnyMessage, Message, Text } from '../../core/message.ts'
import { type AlertRule, alertRulesOf } from '../alert-rule.ts'
import type { TitleParams } from '../title-words.ts'

/** A rule that comes with Vigie. It sleeps until the series that it reads comes. */
export interface ReadyRule {
  /** What a config names to leave it out, and what its alerts are keyed by. */
  readonly id: string
  readonly rule: string
  readonly title: Message<TitleParams>
  readonly remedy: Message<Record<string, never>>
  /** Nobody is told of it while this one fires for the same labels. */
  readonly weakerThan?: string
}

export function textsOf(rules: readonly ReadyRule[]): readonly AnyMessage[] {
  return [...new Set(rules.flatMap(({ title, remedy }) => [title, remedy]))]
}

export function asAlertRules({ rule, remedy, ...texts }: ReadyRule): readonly AlertRule[] {
  const said: Text = remedy({})
  return alertRulesOf(rule, { ...texts, remedy: said })
}
