/** Whether a part of a written config has members with names. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The options that a schema of an object knows; none for any other schema. */
export function keysOf(schema: unknown): string[] {
  const shape = isRecord(schema) ? schema['shape'] : undefined
  return isRecord(shape) ? Object.keys(shape) : []
}
