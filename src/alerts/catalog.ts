import type { AlertRule } from './alert-rule.ts'
import { dataRules } from './catalog/data-rules.ts'
import { hostRules } from './catalog/host-rules.ts'
import { asAlertRules, type ReadyRule, textsOf } from './catalog/ready-rule.ts'
import { serviceRules } from './catalog/service-rules.ts'

/** Rules for all that the five guides want to be warned of. */
export const readyRules: readonly ReadyRule[] = [...hostRules, ...serviceRules, ...dataRules]

export const readyRuleMessages = textsOf(readyRules)

/** The ready-made rules but those that a config leaves out, by id: to be given to the evaluator with the team's own. */
export function readyAlertRules(leftOut: readonly string[] = []): readonly AlertRule[] {
  return readyRules.filter(({ id }) => !leftOut.includes(id)).flatMap(asAlertRules)
}
