import { nextDate } from '../config/schedule.ts'
import type { Step, System } from '../config/system.ts'
import type { Criticality, RunStatus, Severity, StepStatus } from '../core/words.ts'
import type { Store } from '../store/store.ts'
import { dueOf } from './due.ts'
import { isLookedFor } from './withdraw.ts'

export interface StepState {
  readonly id: string
  readonly routine: string
  /** The cadence, or the routine's schedule as written. */
  readonly frequency: string
  readonly criticality: Criticality
  readonly lastStatus: StepStatus | undefined
  readonly lastAt: Date | undefined
  readonly nextAt: Date | undefined
  readonly isOverdue: boolean
}

export interface RoutineState {
  readonly name: string
  readonly at: string | undefined
  readonly nextAt: Date | undefined
  readonly lastRun: { readonly id: string; readonly status: RunStatus; readonly startedAt: Date } | undefined
}

export interface SystemState {
  readonly name: string
  /** down: a step fails; degraded: one warns or could not tell; unknown: nothing was looked at yet, or a look is overdue. */
  readonly state: 'healthy' | 'degraded' | 'down' | 'unknown'
  readonly findings: Readonly<Record<Severity, number>>
  readonly overdue: number
  readonly routines: readonly RoutineState[]
  readonly steps: readonly StepState[]
}

/** Where a system stands: every routine, every step, what is due next and what is late. */
export async function statusOf(system: System, store: Store, now: Date): Promise<SystemState> {
  const routines = [...system.routines.values()].filter(({ steps }) => steps.length > 0)
  const ids = [...new Set(routines.flatMap(({ steps }) => steps.map(({ id }) => id)))]
  const timezone = system.settings.timezone
  const last = new Map((await store.runs.lastResults(system.name)).map((row) => [row.id, row]))
  const signOffs = new Map((await store.signOffs.latest(system.name)).map((row) => [row.step, row]))
  const firstSeen = await store.signOffs.firstSeen(system.name, ids, now)
  const open = await store.findings.list({ system: system.name, states: ['open'] })

  const stateOf = (step: Step, routine: string, at: string | undefined): StepState => {
    const row = last.get(step.id)
    const lastAt = step.type === 'human' ? signOffs.get(step.id)?.at : row?.finishedAt
    const since =
      step.type === 'human' && step.options.since !== undefined
        ? new Date(`${step.options.since}T00:00:00Z`)
        : undefined
    const everyMs = step.type === 'human' ? step.options.every : undefined
    const due = dueOf(lastAt ?? since ?? firstSeen.get(step.id) ?? now, now, { at, timezone, everyMs })
    return {
      id: step.id,
      routine,
      frequency: (step.type === 'human' ? undefined : step.cadence) ?? routine,
      criticality: step.criticality,
      lastStatus: row?.status,
      lastAt,
      nextAt: due?.dueAt,
      isOverdue: (due?.overdueMs ?? 0) > 0,
    }
  }
  const steps = routines.flatMap(({ name, at, steps }) => steps.map((step) => stateOf(step, name, at)))
  const counted = { low: 0, medium: 0, high: 0, critical: 0 }
  for (const { severity } of open.filter(isLookedFor(system))) counted[severity]++
  return {
    name: system.name,
    state: overallState(steps),
    findings: counted,
    overdue: steps.filter(({ isOverdue }) => isOverdue).length,
    routines: await Promise.all(
      routines.map(async ({ name, at }) => {
        const [run] = await store.runs.list({ system: system.name, routine: name, isDryRun: false, limit: 1 })
        const lastRun = run && { id: run.id, status: run.status, startedAt: run.startedAt }
        return { name, at, nextAt: at === undefined ? undefined : nextDate(at, timezone, now), lastRun }
      }),
    ),
    steps,
  }
}

function overallState(steps: readonly StepState[]): SystemState['state'] {
  const known = steps.filter(({ lastStatus }) => lastStatus !== undefined)
  const has = (...statuses: StepStatus[]): boolean =>
    known.some(({ lastStatus }) => lastStatus && statuses.includes(lastStatus))
  if (has('fail')) return 'down'
  if (known.length === 0 || known.some(({ isOverdue }) => isOverdue)) return 'unknown'
  return has('warn', 'error', 'interrupted', 'waiting_approval') ? 'degraded' : 'healthy'
}
