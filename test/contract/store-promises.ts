import { auditContract } from './store-audit-contract.ts'
import { leaseAndPlanContract } from './store-lease-contract.ts'
import type { StorePlace } from './store-place.ts'
import { processContract } from './store-process-contract.ts'
import { recordContract } from './store-record-contract.ts'
import { tamperContract } from './store-tamper-contract.ts'

/** What every dialect must do. `place` gives an empty place for a store. */
export function storePromises(name: string, place: () => Promise<StorePlace>): void {
  recordContract(name, place)
  leaseAndPlanContract(name, place)
  auditContract(name, place)
  tamperContract(name, place)
  processContract(name, place)
}
