import { alertRulesOf } from '../../alerts/alert-rule.ts'
import { readyRules } from '../../alerts/catalog.ts'
import { RuleError } from '../../alerts/expression/rule-error.ts'
import { systemRules } from '../../alerts/system-rules.ts'
import type { System } from '../../config/system.ts'

/** What the alerts of a system name as their rule: rules as printed, watched steps, heartbeats, routines, channels. */
export function knownRules(system: System): readonly string[] {
  return [
    ...new Set([
      ...[...system.steps.values()].flatMap((step) => (step.type === 'check' ? [step.id] : [])),
      ...Object.keys(system.settings.heartbeats),
      ...system.routines.keys(),
      ...system.channels.map(({ name }) => `channel ${name}`),
      ...['sight', 'no data'],
      ...systemRules(system.settings).map(({ text }) => text),
    ]),
  ]
}

/** A rule as alerts name it: that of a ready-made one by its id, and one that is written otherwise as it is printed. */
export function ruleNamed(written: string): string {
  const ready = readyRules.find(({ id }) => id === written)
  try {
    return alertRulesOf(ready?.rule ?? written)[0]?.text ?? written
  } catch (error) {
    // A step, a heartbeat or a routine is no rule.
    if (error instanceof RuleError) return written
    throw error
  }
}

/** As people write it: the id of a ready-made rule says more than its line. */
export function shortName(rule: string): string {
  return readyRules.find(({ rule: text }) => text === rule)?.id ?? rule
}
