export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue | undefined }
export type JsonObject = { readonly [key: string]: JsonValue | undefined }

/**
 * The text of `JSON.stringify` with sorted keys: equal values give equal text, so that it can be hashed. As there, what
 * JSON cannot say (undefined, functions, symbols) is no member of an object and null elsewhere.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null'
  if ('toJSON' in value && typeof value.toJSON === 'function') return canonicalJson(value.toJSON())
  if (Array.isArray(value)) return `[${Array.from(value, canonicalJson).join(',')}]`
  const members = Object.entries(value)
    .filter(([, member]) => !['undefined', 'function', 'symbol'].includes(typeof member))
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`)
  return `{${members.join(',')}}`
}
