import { auditContract } from './store-audit-contract.ts'
import { backupContract } from './store-backup-contract.ts'
import { heartbeatContract } from './store-heartbeat-contract.ts'
import { leaseAndPlanContract } from './store-lease-contract.ts'
import { outboxContract } from './store-outbox-contract.ts'
import type { StorePlace } from './store-place.ts'
import { processContract } from './store-process-contract.ts'
import { recordContract } from './store-record-contract.ts'
import { seriesContract } from './store-series-contract.ts'
import { snapshotContract } from './store-snapshot-contract.ts'
import { tamperContract } from './store-tamper-contract.ts'
import { tidyContract } from './store-tidy-contract.ts'

/** What every dialect must do. `place` gives an empty place for a store. */
export function storePromises(name: string, place: () => Promise<StorePlace>): void {
  recordContract(name, place)
  leaseAndPlanContract(name, place)
  auditContract(name, place)
  outboxContract(name, place)
  tamperContract(name, place)
  processContract(name, place)
  heartbeatContract(name, place)
  seriesContract(name, place)
  snapshotContract(name, place)
  backupContract(name, place)
  tidyContract(name, place)
}
