import type { BackupFailure, DrillAssertion } from './backup.ts'
import type { Text } from './message.ts'

/** `failed`: nothing of it can be used. `partial`: some parts are there, the others say why not. */
export type BackupStatus = 'running' | 'succeeded' | 'partial' | 'failed'

/** A part as lists show it. A type: it is JSON. */
export type BackupPartRecord = {
  readonly component: string
  readonly name: string
  readonly status: 'succeeded' | 'failed'
  /** Unpacked. */
  readonly bytes: number
  readonly storedBytes: number
  /** Rows, by table, or whatever else the component counts. */
  readonly counts: Readonly<Record<string, number>>
  /** The backup that it is a difference to, where that is another one than `base` of the backup. */
  readonly base?: string
  /** The differences that it rests on beside, by their ids. Absent when there are none. */
  readonly needs?: readonly string[]
  /** What a reader of it must know: what was left out, why it is stored whole. Absent when there is nothing. */
  readonly notes?: readonly Text[]
  /** Why it failed. */
  readonly failure?: Text
}

/** One backup, as this Vigie remembers it. Its manifest in the repository says the same, and more. */
export interface BackupRecord {
  readonly id: string
  /** The entry of `backups` in the config. */
  readonly entry: string
  readonly run: string
  /** How people name the repository. */
  readonly place: string
  readonly startedAt: Date
  readonly finishedAt: Date | undefined
  readonly status: BackupStatus
  readonly parts: readonly BackupPartRecord[]
  /** Of its manifest, once that is written. */
  readonly manifestSha256: string | undefined
  /** The full backup that it is a difference to; undefined when it stands alone. */
  readonly base: string | undefined
  /** The last drill that went well on it, or on a difference to it. */
  readonly provedAt: Date | undefined
  /** It is gone from the repository. */
  readonly removedAt: Date | undefined
}

export interface DrillRecord {
  readonly id: string
  readonly entry: string
  readonly run: string
  readonly backup: string
  readonly startedAt: Date
  readonly finishedAt: Date
  readonly status: 'passed' | 'failed'
  /** From the begin of the restore to the last answer; null when it did not come so far. */
  readonly rtoMs: number | null
  /** How much work would be lost: from the backup's begin to the drill's. Null when that cannot be told: it is dated ahead. */
  readonly rpoMs: number | null
  readonly assertions: readonly DrillAssertion[]
  readonly failure: { readonly code: BackupFailure; readonly text: Text } | undefined
}

/** What is known of the backups of a system. Writings are in the audit too. */
export interface BackupBook {
  /** Adds one, or writes over the one of that id. */
  keep(record: BackupRecord): Promise<void>
  /** Of one entry of the config, or of all; the newest first. `there`: those that were not removed, which are few for ever. */
  list(entry?: string, only?: 'there'): Promise<readonly BackupRecord[]>
  keepDrill(record: DrillRecord): Promise<void>
  /** The newest first; those that were begun since a time, when one is given. */
  drills(entry?: string, since?: Date): Promise<readonly DrillRecord[]>
  /** The newest backup with this component in it that a drill has proved, and that is still there. */
  lastProved(component: string): Promise<BackupRecord | undefined>
}
