import type { BackupPartRecord } from '../core/backup-record.ts'
import { canonicalJson } from '../core/json.ts'
import type { Text } from '../core/message.ts'
import type { ManifestPart } from './manifest.ts'
import { storedBytesOf, wholeBytesOf } from './packing/packed-part.ts'

/**
 * A part as the book holds it.
 *
 * @param base of the backup
 */
export function partRecordOf(
  { component, name, packed, facts, notes = [], failure }: ManifestPart,
  base: string | undefined,
): BackupPartRecord {
  const status = packed === null ? 'failed' : 'succeeded'
  const counts = facts['counts']
  return {
    ...{ component, name, status },
    ...(packed === null
      ? { bytes: 0, storedBytes: 0 }
      : { bytes: wholeBytesOf(packed), storedBytes: storedBytesOf(packed) }),
    counts: numbersOf(counts),
    ...(packed?.base != null && packed.base !== base && { base: packed.base }),
    ...(packed?.reused !== undefined && packed.reused.from.length > 0 && { needs: packed.reused.from }),
    ...(notes.length > 0 && { notes: once(notes) }),
    ...(failure !== null && { failure: failure.text }),
  }
}

/** What a component says before it copies, it may say again when it has. */
function once(notes: readonly Text[]): readonly Text[] {
  return [...new Map(notes.map((text) => [canonicalJson(text), text])).values()]
}

function numbersOf(value: unknown): Readonly<Record<string, number>> {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : []
  return Object.fromEntries(entries.filter(([, count]) => typeof count === 'number'))
}
