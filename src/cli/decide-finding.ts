import type { JsonValue } from '../core/json.ts'
import type { FindingEventRow, FindingRow } from '../store/finding-store.ts'
import type { Vigie } from '../wire.ts'

/** Keeps what a person decided about a finding, in its life and in the audit. */
export async function decideFinding(
  { store, engine }: Vigie,
  row: FindingRow,
  decision: {
    readonly event: Extract<FindingEventRow['event'], 'accepted' | 'assigned'>
    readonly actor: string
    readonly detail: Readonly<Record<string, JsonValue>>
    /** Gets the finding as it stands. What it throws ends the decision. */
    readonly change: (row: FindingRow) => Partial<FindingRow>
  },
): Promise<FindingRow> {
  const { system, fingerprint } = row
  const at = engine.world.clock.now()
  return (await store.findings.decide({ system, fingerprint, at, ...decision })) ?? row
}
