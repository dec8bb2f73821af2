import type { JsonObject, JsonValue } from '../core/json.ts'
import type { Text } from '../core/message.ts'
import type { Redactor } from '../core/redact.ts'
import type { Plan } from './plan.ts'

/** The text without the secrets in its parameters. */
export function redactedText({ code, params }: Text, redactor: Redactor): Text {
  return { code, params: redactedMembers(params, redactor) }
}

/** The plan as it is shown and kept; what is acted on stays as it was planned. */
export function redactedPlan(plan: Plan, redactor: Redactor): Plan {
  const steps = plan.steps.map(({ actions, ...step }) => {
    // A cast and no list of members: whatever an action may come to hold is redacted, and keeps its shape.
    const shown = redactedJson(actions, redactor) as typeof actions
    return { ...step, actions: shown }
  })
  return { ...plan, steps }
}

/** Every text in it without the secrets. */
export function redactedJson(value: JsonValue, redactor: Redactor): JsonValue {
  if (typeof value === 'string') return redactor.redact(value)
  if (isList(value)) return value.map((one) => redactedJson(one, redactor))
  return value === null || typeof value !== 'object' ? value : redactedMembers(value, redactor)
}

function redactedMembers(value: JsonObject, redactor: Redactor): JsonObject {
  const members = Object.entries(value).flatMap(([key, member]) =>
    member === undefined ? [] : [[key, redactedJson(member, redactor)] as const],
  )
  return Object.fromEntries(members)
}

/** `Array.isArray` does not know lists that may not be changed. */
function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value)
}
