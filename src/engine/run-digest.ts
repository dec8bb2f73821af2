import { sha256 } from '../core/hash.ts'
import type { RunStore } from '../store/store.ts'

/** The hash of what a run recorded, written into the audit chain at its end: a record altered later is seen. */
export async function runDigest(runs: RunStore, runId: string): Promise<string> {
  const [steps, kept] = [await runs.steps(runId), await runs.allEvidence(runId)]
  const evidence = steps.map(({ id }) => ({ id, entries: kept.get(id) ?? [] }))
  return sha256({ steps, evidence })
}
