import type { AuditLog } from './audit-log.ts'
import type { BackupStore } from './backup-store.ts'
import type { FindingStore } from './finding-store.ts'
import type { LastLookStore } from './last-look-store.ts'
import type { LeaseStore } from './lease-store.ts'
import type { MeasurementStore } from './measurement-store.ts'
import type { PlanStore } from './plan-store.ts'
import type { RunStore } from './run-store.ts'
import type { SignOffStore } from './sign-off-store.ts'
import type { SnapshotStore } from './snapshot-store.ts'
import type { StoreView } from './store-view.ts'
import type { TidyStore } from './tidy-store.ts'
import type { AlertStore, HeartbeatStore, OutboxStore, OwnKeyStore, SeriesStore, SilenceStore } from './watch-store.ts'

export interface Store {
  readonly runs: RunStore
  readonly measurements: MeasurementStore
  readonly findings: FindingStore
  readonly plans: PlanStore
  readonly signOffs: SignOffStore
  readonly leases: LeaseStore
  readonly audit: AuditLog
  readonly alerts: AlertStore
  readonly outbox: OutboxStore
  readonly silences: SilenceStore
  readonly ownKeys: OwnKeyStore
  readonly series: SeriesStore
  readonly heartbeats: HeartbeatStore
  readonly lastLooks: LastLookStore
  readonly snapshots: SnapshotStore
  readonly backups: BackupStore
  readonly tidy: TidyStore
  inspect<T>(work: (view: StoreView) => Promise<T>): Promise<T>
  /** Problems that the database itself reports about its own files; empty when sound. */
  integrity(): Promise<readonly string[]>
  close(): Promise<void>
}
