import type { JsonValue } from '../core/json.ts'
import type { Params, Text } from '../core/message.ts'
import type { Redactor } from '../core/redact.ts'
import type { Plan } from './plan.ts'

/** The text without the secrets in its parameters. */
export function redactedText({ code, params }: Text, redactor: Redactor): Text {
  return { code, params: redactedJson(params, redactor) as Params }
}

/** The plan as it is shown and kept; what is acted on stays as it was planned. */
export function redactedPlan(plan: Plan, redactor: Redactor): Plan {
  const steps = plan.steps.map(({ step, actions }) => {
    const shown = redactedJson(actions as unknown as JsonValue, redactor)
    return { step, actions: shown as unknown as typeof actions }
  })
  return { ...plan, steps }
}

function redactedJson(value: JsonValue, redactor: Redactor): JsonValue {
  if (typeof value === 'string') return redactor.redact(value)
  if (Array.isArray(value)) return value.map((one) => redactedJson(one, redactor))
  if (value === null || typeof value !== 'object') return value
  const members = Object.entries(value).flatMap(([key, member]) =>
    member === undefined ? [] : [[key, redactedJson(member, redactor)] as const],
  )
  return Object.fromEntries(members)
}
