import * as z from 'zod'
import type { JsonValue } from '../../core/json.ts'
import type { Migration } from '../../core/migrations.ts'
import { editedSince } from './texts.ts'

const keptSchema = z.record(z.string(), z.string())

/**
 * Which applied migrations are no longer what they were when one was first seen applied, and what to remember: the first
 * fingerprint of each that is applied. One that was taken back is forgotten.
 */
export function remembered(
  migrations: readonly Migration[],
  before: JsonValue | undefined,
): {
  readonly migrations: readonly Migration[]
  readonly kept: Readonly<Record<string, string>>
  readonly isNew: boolean
} {
  const known = new Map(Object.entries(keptSchema.safeParse(before).data ?? {}))
  const kept = new Map<string, string>()
  const told = migrations.map((one): Migration => {
    if (one.state === 'pending') return one
    const first = known.get(one.id) ?? one.fingerprint
    if (first !== undefined && one.state !== 'failed') kept.set(one.id, first)
    const isEdited = one.state === 'applied' && one.fingerprint !== undefined && first !== one.fingerprint
    return isEdited ? { ...one, state: 'drifted', detail: editedSince({}) } : one
  })
  const isNew = kept.size !== known.size || [...kept].some(([id, first]) => known.get(id) !== first)
  return { migrations: told, kept: Object.fromEntries(kept), isNew }
}
