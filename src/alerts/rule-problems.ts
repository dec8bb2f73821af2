import { nearestNames, type Problem, unknownName } from '../config/problem.ts'
import { alertRulesOf } from './alert-rule.ts'
import { readyRules } from './catalog.ts'
import { RuleError } from './expression/rule-error.ts'

/** All that is wrong in the rules of a config, each at its path, so that it is told with the other problems. */
export function ruleProblems({
  alerts,
  withoutAlerts,
}: {
  readonly alerts: readonly string[]
  readonly withoutAlerts: readonly string[]
}): readonly Problem[] {
  const ids = readyRules.map(({ id }) => id)
  return [
    ...alerts.flatMap((line, index) => problemOf(line, `alerts.${index}`)),
    ...withoutAlerts.flatMap((name, index) =>
      ids.includes(name)
        ? []
        : [{ path: `withoutAlerts.${index}`, text: unknownName({ name }), hint: nearestNames(name, ids) }],
    ),
  ]
}

function problemOf(line: string, path: string): readonly Problem[] {
  try {
    alertRulesOf(line)
    return []
  } catch (error) {
    if (!(error instanceof RuleError)) throw error
    const { text, hint } = error
    return [{ path, text, ...(hint !== undefined && { hint }) }]
  }
}
