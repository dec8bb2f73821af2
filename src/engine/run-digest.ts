import { sha256 } from '../core/hash.ts'
import type { RunStore } from '../store/store.ts'

/** The hash of what a run recorded, written into the audit chain at its end: a record altered later is seen. */
export async function runDigest(runs: RunStore, runId: string): Promise<string> {
  const steps = await runs.steps(runId)
  const evidence = await Promise.all(steps.map(async ({ id }) => ({ id, entries: await runs.evidence(runId, id) })))
  return sha256({ steps, evidence })
}
