import { peopleComponent, type System } from '../config/system.ts'
import type { FindingRow } from '../store/finding-store.ts'
import type { Store } from '../store/store.ts'
import { humanKind } from './run-human.ts'

/**
 * Whether a step of the system looks for the finding, in a routine or on demand. One that no step looks for can never be
 * found well: nobody knows how it stands.
 */
export function isLookedFor(system: System): (row: FindingRow) => boolean {
  const checked = new Set([...system.steps.values()].map(({ kind, component }) => `${kind.kind}\0${component.name}`))
  const items = new Set([...system.routines.values()].flatMap(({ steps }) => steps.map(({ id }) => id)))
  return ({ kind, component, subject }) =>
    kind === humanKind && component === peopleComponent ? items.has(subject) : checked.has(`${kind}\0${component}`)
}

/** The same, among several systems. */
export function isLookedForIn(systems: readonly System[]): (row: FindingRow) => boolean {
  const own = new Map(systems.map((system) => [system.name, isLookedFor(system)]))
  return (row) => own.get(row.system)?.(row) ?? false
}

/**
 * Closes the findings whose component or check left the config, and says so in their history: withdrawn, not found well.
 * A config is loaded whole or not at all, so a kind that could not be loaded withdraws nothing.
 */
export async function withdrawUnlooked(store: Store, system: System, runId: string, at: Date): Promise<void> {
  const standing = await store.findings.list({ system: system.name, states: ['open', 'accepted'] })
  const isStillLookedFor = isLookedFor(system)
  for (const { fingerprint, step } of standing.filter((row) => !isStillLookedFor(row))) {
    await store.findings.decide({
      system: system.name,
      fingerprint,
      at,
      actor: 'vigie',
      event: 'withdrawn',
      runId,
      detail: { step },
      change: (row) => (row.state === 'fixed' || isStillLookedFor(row) ? undefined : closed(at)),
    })
  }
}

function closed(at: Date): Partial<FindingRow> {
  const unaccepted = { acceptedUntil: undefined, acceptedBy: undefined, acceptedReason: undefined }
  return { state: 'fixed', fixedAt: at, ...unaccepted }
}
