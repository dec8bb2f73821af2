import type { PrimarySight } from '../replicas/primary.ts'
import type { Birth, Index } from './indexes.ts'

const firstNormalXid = 3

/**
 * For how long an index is known to exist, in milliseconds; undefined when nothing proves anything. PostgreSQL keeps no
 * time of creation, but rows carry the transaction that wrote them: an index whose transaction had ended at an earlier
 * look existed then. Where the server keeps times of commits, they tell without waiting. A row that was written again
 * (REINDEX CONCURRENTLY, a new owner) looks younger than it is, and past 2^32 transactions it may: never older.
 */
export function knownAgeMs(index: Pick<Index, 'parts'> & Birth, sight: PrimarySight, now: number): number | undefined {
  const own = bornAgeMs(index, sight, now)
  if (own === undefined || index.parts.length === 0) return own
  // What was read of partitions that are gone is not known: the oldest one left tells how far back its tree goes.
  const ages = index.parts.flatMap((part) => bornAgeMs(part, sight, now) ?? [])
  return ages.length === 0 ? undefined : Math.min(own, Math.max(...ages))
}

function bornAgeMs(birth: Birth, { primary, xidsBefore }: PrimarySight, now: number): number | undefined {
  const told = primary.ok ? primary.rows[0] : undefined
  const written = told && writtenBy(birth.rowXids, told.nextXid)
  const proof = written === undefined ? undefined : xidsBefore.find(({ value }) => value > written)
  const ages = [
    ...(proof ? [now - proof.at.getTime()] : []),
    ...(birth.committedAgeMs === null ? [] : [birth.committedAgeMs]),
  ]
  return ages.length === 0 ? undefined : Math.max(0, ...ages)
}

/**
 * The 64-bit id of the transaction since which the index is there. Of its two rows the one not written again counts; one
 * that came with its database from a template is as young as the database.
 */
function writtenBy([inClass, inIndex, ofDatabase]: Birth['rowXids'], nextXid: number): number {
  const whole = (xid: number): number => fullXid(xid, nextXid)
  return Math.max(Math.min(whole(inClass), whole(inIndex)), whole(ofDatabase))
}

/** The youngest transaction that a 32-bit id can stand for before `nextXid`; 0 for those of initdb. Below 2^53. */
export function fullXid(xid: number, nextXid: number): number {
  if (xid < firstNormalXid) return 0
  const behind = (nextXid - 1 - xid) % 2 ** 32
  return nextXid - 1 - (behind < 0 ? behind + 2 ** 32 : behind)
}
