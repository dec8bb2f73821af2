import type { JsonValue } from '../core/json.ts'
import type { Params, Text } from '../core/message.ts'
import type { Redactor } from '../core/redact.ts'

/** The text without the secrets in its parameters. */
export function redactedText({ code, params }: Text, redactor: Redactor): Text {
  return { code, params: redactJson(params, redactor) as Params }
}

function redactJson(value: JsonValue | undefined, redactor: Redactor): JsonValue | undefined {
  if (typeof value === 'string') return redactor.redact(value)
  if (Array.isArray(value)) return value.map((one) => redactJson(one, redactor) ?? null)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, redactJson(member, redactor)]))
}
