import type { Index } from './indexes.ts'
import type { PrimarySight } from './primary.ts'

const firstNormalXid = 3

/**
 * For how long an index is known to exist, in milliseconds; undefined when nothing proves anything. PostgreSQL keeps no
 * time of creation, but rows carry the transaction that wrote them: an index whose transaction had ended at an earlier
 * look existed then. Where the server keeps times of commits, they tell without waiting. A row that was written again
 * (REINDEX CONCURRENTLY, a new owner) looks younger than it is, and past 2^32 transactions it may: never older.
 */
export function knownAgeMs(
  index: Pick<Index, 'rowXids' | 'committedAgeMs'>,
  { primary, xidsBefore }: PrimarySight,
  now: number,
): number | undefined {
  const told = primary.ok ? primary.rows[0] : undefined
  const written = told && writtenBy(index.rowXids, told.nextXid)
  const proof = written === undefined ? undefined : xidsBefore.find(({ value }) => value > written)
  const ages = [
    ...(proof ? [now - proof.at.getTime()] : []),
    ...(index.committedAgeMs === null ? [] : [index.committedAgeMs]),
  ]
  return ages.length === 0 ? undefined : Math.max(0, ...ages)
}

/**
 * The 64-bit id of the transaction since which the index is there. Of its two rows the one not written again counts; one
 * that came with its database from a template is as young as the database.
 */
function writtenBy([inClass, inIndex, ofDatabase]: Index['rowXids'], nextXid: number): number {
  const whole = (xid: number): number => fullXid(xid, nextXid)
  return Math.max(Math.min(whole(inClass), whole(inIndex)), whole(ofDatabase))
}

/** The youngest transaction that a 32-bit id can stand for before `nextXid`; 0 for those of initdb. Below 2^53. */
export function fullXid(xid: number, nextXid: number): number {
  if (xid < firstNormalXid) return 0
  const behind = (nextXid - 1 - xid) % 2 ** 32
  return nextXid - 1 - (behind < 0 ? behind + 2 ** 32 : behind)
}
