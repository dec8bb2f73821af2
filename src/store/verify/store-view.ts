import type { Kysely } from 'kysely'
import { entriesAfter } from '../records/audit.ts'
import type { Tables } from '../schema.ts'
import type { StoreView } from '../store-view.ts'
import { compareDecisions } from './compare-decisions.ts'
import { compareFindings } from './compare-findings.ts'
import { compareRuns } from './compare-runs.ts'
import { findOrphans } from './find-orphans.ts'
import { findUnrecorded } from './find-unrecorded.ts'
import { startProgress } from './progress.ts'

/** One state of all tables; `db` must not see what others write meanwhile. */
export function storeView(db: Kysely<Tables>): StoreView {
  const progress = startProgress()
  return {
    problems: async () => progress.problems,
    entries: (afterSeq, limit) => entriesAfter(db, afterSeq, limit),
    compare: async (entries) => {
      await compareRuns(db, progress, entries)
      await compareDecisions(db, progress, entries)
    },
    compareRest: async () => {
      await findUnrecorded(db, progress)
      await compareFindings(db, progress)
      await findOrphans(db, progress)
    },
  }
}
