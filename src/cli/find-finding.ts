import { VigieError } from '../core/errors.ts'
import type { FindingRow } from '../store/finding-store.ts'
import type { Vigie } from '../wire.ts'
import { ambiguous, findingsListHint, unknownFinding } from './texts.ts'

/** The finding of a fingerprint or of its unambiguous beginning, among the loaded systems. Throws `unknown-finding`. */
export async function findFinding({ store, systems }: Vigie, prefix: string): Promise<FindingRow> {
  const names = systems.map(({ name }) => name)
  const found = (await store.findings.find(prefix)).filter(({ system }) => names.includes(system))
  const [only, ...others] = found
  const hint = findingsListHint({})
  if (only === undefined) throw new VigieError('unknown-finding', unknownFinding({ id: prefix }), { hint })
  if (others.length > 0) throw new VigieError('usage', ambiguous({ id: prefix, count: found.length }), { hint })
  return only
}

/** Days that are written for a finding are those of its system. */
export function timeZoneOf({ systems }: Vigie, system: string): string {
  return systems.find(({ name }) => name === system)?.settings.timezone ?? 'UTC'
}
