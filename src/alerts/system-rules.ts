import { type AlertRule, alertRulesOf } from './alert-rule.ts'
import { readyAlertRules } from './catalog.ts'

/** All rules of a config: the ready-made ones that it does not leave out, and its own. Throws `RuleError`. */
export function systemRules({
  alerts,
  withoutAlerts,
}: {
  readonly alerts: readonly string[]
  readonly withoutAlerts: readonly string[]
}): readonly AlertRule[] {
  return [...readyAlertRules(withoutAlerts), ...alerts.flatMap((line) => alertRulesOf(line))]
}
