import type { System } from '../config/system.ts'
import type { RunStatus } from '../core/words.ts'
import type { StepRow } from '../store/step-row.ts'

/** What a run of a routine says: to be told, nothing to be told any more, or nothing either way. */
export type RoutineNews =
  | { readonly what: 'failed' | 'unsure'; readonly steps: readonly string[] }
  | { readonly what: 'well' | 'nothing' }

/**
 * Judges a run that has ended. Steps that the watch itself looks at are left out: their own alerts tell of them, and one
 * cause is told once. A step that could not tell is told when it matters: what is merely informative is often not to be
 * known yet, as whether an index is used on a young database.
 */
export function routineNews(system: System, status: RunStatus, rows: readonly StepRow[]): RoutineNews {
  const untold = rows.filter(({ id }) => {
    const step = system.steps.get(id)
    return step?.type !== 'check' || step.watch?.alertsBy !== 'status'
  })
  const failed = untold.filter((row) => row.status === 'fail')
  if (failed.length > 0) return { what: 'failed', steps: failed.map(({ id }) => id) }
  // A run that was stopped says nothing of what it did not come to.
  if (status === 'canceled' || status === 'interrupted') return { what: 'nothing' }
  const unsure = untold.filter((row) => row.status === 'error')
  const telling = unsure.filter(({ criticality }) => criticality !== 'informative')
  if (telling.length > 0) return { what: 'unsure', steps: telling.map(({ id }) => id) }
  return { what: unsure.length > 0 || status === 'partial' ? 'nothing' : 'well' }
}
