import type { AlertRule } from '../alerts/alert-rule.ts'
import { fixedLabels } from '../alerts/series/matches.ts'
import type { System } from '../config/system.ts'
import type { Alert } from '../core/alert.ts'
import type { Labels } from '../core/series.ts'

/** What of before this start a config does not speak of any more. */
export interface LeftConfig {
  /** Nobody measures the series any more: it is not missing. */
  hasSeries(labels: Labels): boolean
  /** Nothing would ever end the alert of a rule. One that waits for a component by its name knew what it asked for. */
  hasRuleAlert(alert: Alert): boolean
}

export function leftConfig({ steps, collectors }: Pick<System, 'steps' | 'collectors'>, rules: readonly AlertRule[]) {
  const measured = new Set([...collectors.values()].map(({ component }) => component.name))
  for (const step of steps.values()) {
    if (step.type === 'check' && step.watch !== undefined) measured.add(step.component.name)
  }
  const isGone = (component: string): boolean => component !== '' && !measured.has(component)
  const waitsFor = ({ rule, component }: Alert): boolean =>
    rules.some(({ text, rule: { condition } }) => {
      return text === rule && condition.type === 'absent' && fixedLabels(condition.selector)['component'] === component
    })
  return {
    hasSeries: (labels) => isGone(labels['component'] ?? ''),
    hasRuleAlert: (alert) => isGone(alert.component) && !waitsFor(alert),
  } satisfies LeftConfig
}
