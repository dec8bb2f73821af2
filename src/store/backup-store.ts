import type { BackupRecord, DrillRecord } from '../core/backup-record.ts'

/** What is known of backups and of the drills that proved them. */
export interface BackupStore {
  /** Adds one, or writes over the one of that id, with an entry `backup.<status>`, or `backup.removed`. */
  keep(system: string, record: BackupRecord, at: Date): Promise<void>
  /** Of one entry of the config, or of all; the newest first. `there`: those that were not removed. */
  list(system: string, entry?: string, only?: 'there'): Promise<readonly BackupRecord[]>
  /** With an entry `drill.passed` or `drill.failed`, which holds all of it. What passed proves its backup and the base of that. */
  keepDrill(system: string, record: DrillRecord): Promise<void>
  /** The newest first; those that were begun since a time, when one is given. */
  drills(system: string, entry?: string, since?: Date): Promise<readonly DrillRecord[]>
}
