import type { Kysely } from 'kysely'
import { eventsDigest, findingDigest } from '../digests.ts'
import type { Tables } from '../schema.ts'
import { markKey, type Progress } from './progress.ts'

type Finding = Tables['findings']

const findingsAtOnce = 100

/** Compares every finding and its history with the newest mark of it; all entries and steps must have been read. */
export async function compareFindings(db: Kysely<Tables>, progress: Progress): Promise<void> {
  const { problems, marks } = progress
  for (let last: Finding | undefined; ; ) {
    const page = await findingsAfter(db, last)
    const histories = await historiesOf(db, page)
    for (const row of page) {
      const key = markKey(row.system, row.fingerprint)
      const mark = marks.get(key)
      const problem = { seq: undefined, id: row.fingerprint }
      if (mark === undefined) problems.push({ ...problem, what: 'finding', how: 'unrecorded' })
      else if (mark.revision !== row.revision || mark.digest !== findingDigest(row))
        problems.push({ ...problem, what: 'finding', how: 'altered' })
      if (mark !== undefined) mark.isThere = true
      if ((histories.get(key) ?? '') !== row.events_digest)
        problems.push({ ...problem, what: 'finding-history', how: 'altered' })
    }
    last = page.at(-1)
    if (page.length < findingsAtOnce) break
  }
  for (const [key, { isThere }] of marks) {
    const id = key.slice(key.indexOf('\0') + 1)
    if (!isThere) problems.push({ seq: undefined, what: 'finding', how: 'missing', id })
  }
}

function findingsAfter(db: Kysely<Tables>, last: Finding | undefined): Promise<Finding[]> {
  let query = db.selectFrom('findings').selectAll()
  if (last !== undefined) {
    const { system, fingerprint } = last
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('system', 'fingerprint'), '>', tuple(system, fingerprint)),
    )
  }
  return query.orderBy('system').orderBy('fingerprint').limit(findingsAtOnce).execute()
}

async function historiesOf(db: Kysely<Tables>, page: readonly Finding[]): Promise<ReadonlyMap<string, string>> {
  const digests = new Map<string, string>()
  if (page.length === 0) return digests
  const events = await db
    .selectFrom('finding_events')
    .selectAll()
    .where('system', 'in', [...new Set(page.map(({ system }) => system))])
    .where(
      'fingerprint',
      'in',
      page.map(({ fingerprint }) => fingerprint),
    )
    .orderBy('id')
    .execute()
  for (const event of events) {
    const key = markKey(event.system, event.fingerprint)
    digests.set(key, eventsDigest(digests.get(key) ?? '', event))
  }
  return digests
}
