import type { JsonValue } from '../core/json.ts'

/** Whose snapshots: those of one name of one component. */
export interface SnapshotPlace {
  readonly system: string
  readonly component: string
  readonly name: string
}

/** What steps saw as a whole at earlier times. */
export interface SnapshotStore {
  /** Keeps one, in the place of one of the same time, and forgets those that `thinned` names, in one transaction. */
  keep(place: SnapshotPlace, at: Date, body: JsonValue): Promise<void>
  /** Oldest first. */
  times(place: SnapshotPlace, since: Date): Promise<readonly Date[]>
  /** Undefined when there is none of that time. */
  read(place: SnapshotPlace, at: Date): Promise<JsonValue | undefined>
}
