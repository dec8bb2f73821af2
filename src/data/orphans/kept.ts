import type { KeptFile } from '../../core/data-abilities.ts'
import type { JsonObject } from '../../core/json.ts'

/** A file of the quarantine as an action carries it. */
export function keptIn({ path, place, takenAt, identity }: KeptFile): JsonObject {
  return { ...identity, path, place, takenAt: takenAt.toISOString() }
}

export function keptOf(expected: JsonObject, bytes: number): KeptFile {
  const { path, place, takenAt, ...identity } = expected
  return { path: String(path), place: String(place), takenAt: new Date(String(takenAt)), bytes, identity }
}
