import type { Alert } from '../core/alert.ts'
import { type Severity, severities } from '../core/words.ts'
import type { StepOutcome } from '../engine/outcome.ts'

type Seen = Pick<StepOutcome, 'status' | 'canClose' | 'findings'>

/**
 * Components that give no answer at all, by the check whose alert says so. Whatever else asks them hears nothing either:
 * that has the same cause, which is told once.
 */
export interface SilentComponents {
  /** Whether the alert of another check of the component says already what this look would be told for. */
  isSaid(step: string, component: string, seen: Seen): boolean
  /** Takes in how a look ended, before it is told. */
  note(step: string, component: string, seen: Seen, isTold: boolean): void
}

/** @param open alerts that fire since before this process began: until their checks look again, they may say it */
export function createSilentComponents(open: readonly Alert[]): SilentComponents {
  const silent = new Map<string, { readonly component: string; readonly severity: Severity }>()
  for (const { source, rule, component, severity, labels } of open) {
    if (source === 'check' && component !== undefined && Object.keys(labels).length === 0) {
      silent.set(rule, { component, severity })
    }
  }
  return {
    isSaid: (step, component, seen) => {
      if (!hearsNothing(seen)) return false
      const own = severities.indexOf(worst(seen))
      return [...silent].some(
        ([other, one]) => other !== step && one.component === component && severities.indexOf(one.severity) >= own,
      )
    },
    note: (step, component, seen, isTold) => {
      if (seen.status === 'fail' && !seen.canClose && isTold) silent.set(step, { component, severity: worst(seen) })
      else if (seen.status !== 'error') silent.delete(step)
    },
  }
}

function hearsNothing({ status, canClose }: Seen): boolean {
  return status === 'error' || (status === 'fail' && !canClose)
}

function worst({ findings }: Seen): Severity {
  const all = findings.map(({ severity }) => severities.indexOf(severity))
  return severities[Math.max(0, ...all)] ?? 'low'
}
