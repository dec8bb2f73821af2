import type { ConfiguredComponent, System } from '../../config/system.ts'
import type { CheckOptions, IndexAdvice } from '../../core/database.ts'
import type { JsonObject } from '../../core/json.ts'

const advices: readonly IndexAdvice[] = ['unused', 'duplicate', 'overlapping', 'invalid', 'missing-foreign-key']

/** Options of the checks on the indexes of a database, as the config sets them, by the step's name. JSON. */
export function indexCheckOptions({ steps }: System, { name }: ConfiguredComponent): CheckOptions & JsonObject {
  const found = advices.flatMap((advice) => {
    const step = steps.get(`${name}/${advice}-index`)
    return step?.type === 'check' ? [[`${advice}-index`, JSON.parse(JSON.stringify(step.options))] as const] : []
  })
  return Object.fromEntries(found.filter(([, options]) => Object.keys(options).length > 0))
}
