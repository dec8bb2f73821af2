import type { JsonValue } from '../core/json.ts'
import type { FindingEventRow, FindingRow } from '../store/store.ts'
import type { Vigie } from '../wire.ts'

/**
 * Keeps what a person decided about a finding, in the audit and in its life. The audit first: what a crash leaves there
 * was at least meant, and no decision stands without an author.
 */
export async function decideFinding(
  { store, engine }: Vigie,
  row: FindingRow,
  decision: {
    readonly event: Extract<FindingEventRow['event'], 'accepted' | 'assigned'>
    readonly actor: string
    readonly detail: Readonly<Record<string, JsonValue>>
    readonly change: Partial<FindingRow>
  },
): Promise<FindingRow> {
  const { system, fingerprint } = row
  const { event, actor, detail, change } = decision
  const at = engine.world.clock.now()
  await store.audit.append({ at, actor, event: `finding.${event}`, subject: { system, fingerprint, ...detail } })
  const decided = { system, fingerprint, at, event, actor, detail }
  return (await store.findings.decide({ ...decided, change: () => change })) ?? row
}
