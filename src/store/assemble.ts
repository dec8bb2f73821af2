import type { Kysely } from 'kysely'
import type { HeadNote } from './head-note.ts'
import { alertRecords } from './records/alerts.ts'
import { auditedWrite, auditRecords } from './records/audit.ts'
import { backupRecords } from './records/backups.ts'
import { findingRecords } from './records/findings.ts'
import { heartbeatRecords } from './records/heartbeats.ts'
import { lastLookRecords } from './records/last-looks.ts'
import { leaseRecords } from './records/leases.ts'
import { measurementRecords } from './records/measurements.ts'
import { outboxRecords } from './records/outbox.ts'
import { ownKeyRecords } from './records/own-keys.ts'
import { planRecords } from './records/plans.ts'
import { runRecords } from './records/runs.ts'
import { seriesRecords } from './records/series.ts'
import { signOffRecords } from './records/sign-offs.ts'
import { silenceRecords } from './records/silences.ts'
import { snapshotRecords } from './records/snapshots.ts'
import { tidyRecords } from './records/tidy.ts'
import type { Tables } from './schema.ts'
import type { Store } from './store.ts'

export interface StoreParts {
  readonly db: Kysely<Tables>
  readonly note: HeadNote
  /** What to say when the note of the audit's head is gone or unreadable. */
  readonly lostNote: () => Error
  readonly integrity: () => Promise<readonly string[]>
  /** Works on one state of the tables, which others may go on changing. */
  readonly snapshot: <T>(work: (db: Kysely<Tables>) => Promise<T>) => Promise<T>
  /** A failure of the database in our words. */
  readonly translate: (error: unknown) => unknown
  readonly close: () => Promise<void>
}

/** The store of one open database, the same for both dialects. */
export function assembleStore({ db, note, lostNote, integrity, snapshot, translate, close }: StoreParts): Store {
  const told = <T extends object>(records: T): T => withTold(records, translate)
  const write = auditedWrite(db, note)
  return {
    runs: told(runRecords(db, write)),
    measurements: told(measurementRecords(db)),
    findings: told(findingRecords(db, write)),
    plans: told(planRecords(db, write)),
    signOffs: told(signOffRecords(db, write)),
    leases: told(leaseRecords(db)),
    audit: told(auditRecords(db, write, note, lostNote)),
    alerts: told(alertRecords(db)),
    outbox: told(outboxRecords(db)),
    silences: told(silenceRecords(db)),
    ownKeys: told(ownKeyRecords(db)),
    series: told(seriesRecords(db)),
    heartbeats: told(heartbeatRecords(db)),
    lastLooks: told(lastLookRecords(db)),
    snapshots: told(snapshotRecords(db)),
    backups: told(backupRecords(db, write)),
    tidy: told(tidyRecords(db)),
    ...told({ integrity }),
    inspect: async (work) => {
      const { storeView } = await import('./verify/store-view.ts')
      try {
        return await snapshot((view) => work(told(storeView(view))))
      } catch (error) {
        throw translate(error)
      }
    },
    close,
  }
}

/** The same records, whose failures are told in our words. */
function withTold<T extends object>(records: T, translate: (error: unknown) => unknown): T {
  const entries = Object.entries(records).map(([name, work]) => [
    name,
    async (...args: unknown[]) => {
      try {
        return await work(...args)
      } catch (error) {
        throw translate(error)
      }
    },
  ])
  return Object.fromEntries(entries)
}
