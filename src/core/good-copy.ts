import type { BackupRecord } from './backup-record.ts'

/** Clocks of machines that work together may be so far apart: what Kerberos allows (RFC 4120). */
const clockSkewMs = 300_000

/**
 * Whether a backup holds a whole copy of a component, as far as its record tells: every part of it was stored, nothing of the
 * backup was removed, and those that it rests on are there too.
 *
 * @param byId the records that there are
 */
export function isGoodCopy(record: BackupRecord, component: string, byId: ReadonlyMap<string, BackupRecord>): boolean {
  const parts = record.parts.filter((part) => part.component === component)
  return isReadable(record, byId) && parts.length > 0 && parts.every(({ status }) => status === 'succeeded')
}

/** The backups that it cannot be read without. */
export function needsOf({ base, parts }: Pick<BackupRecord, 'base' | 'parts'>): readonly string[] {
  const ofParts = parts.flatMap((part) => [...(part.base === undefined ? [] : [part.base]), ...(part.needs ?? [])])
  return [...new Set(base === undefined ? ofParts : [...ofParts, base])]
}

/** Whether something of it can be read, all that it rests on included. */
export function isReadable(record: BackupRecord, byId: ReadonlyMap<string, BackupRecord>): boolean {
  const known = new Map<string, boolean>()
  const look = (one: BackupRecord | undefined): boolean => {
    if (one === undefined) return false
    const before = known.get(one.id)
    if (before !== undefined) return before
    // One that rests on itself is none.
    known.set(one.id, false)
    const isStored = one.removedAt === undefined && (one.status === 'succeeded' || one.status === 'partial')
    const found = isStored && needsOf(one).every((id) => look(byId.get(id)))
    known.set(one.id, found)
    return found
  }
  return look(record)
}

/** The components of which it has parts, whatever became of them. */
export function componentsOf({ parts }: BackupRecord): readonly string[] {
  return [...new Set(parts.map(({ component }) => component))]
}

/** A clock was wrong when it was made, or is wrong now: how old it is cannot be told. */
export function isAhead({ startedAt }: Pick<BackupRecord, 'startedAt'>, now: Date): boolean {
  return startedAt.getTime() > now.getTime() + clockSkewMs
}

/** The newest first; of two that were begun in one second, the one whose id is later. */
export function byNewest(a: BackupRecord, b: BackupRecord): number {
  return b.startedAt.getTime() - a.startedAt.getTime() || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0)
}

export function recordsById(records: readonly BackupRecord[]): ReadonlyMap<string, BackupRecord> {
  return new Map(records.map((record) => [record.id, record]))
}
