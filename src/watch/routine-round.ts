import type { System } from '../config/system.ts'
import type { Alert } from '../core/alert.ts'
import { message } from '../core/message.ts'
import type { Engine } from '../engine/engine.ts'
import { runRoutine } from '../engine/run-routine.ts'
import type { StepRow } from '../store/step-row.ts'
import { dueRoutines } from './due-routines.ts'
import { newAlert, resolved } from './new-alert.ts'

const routineFailed = message<{ routine: string; steps: readonly string[]; run: string }>('watch.routine-failed', {
  en: (p, f) => `the ${p.routine} routine failed: ${f.list(p.steps.slice(0, 5))} (vigie runs show ${p.run})`,
  fr: (p, f) => `la routine ${p.routine} a échoué : ${f.list(p.steps.slice(0, 5))} (vigie runs show ${p.run})`,
})
const routineMissed = message<{ routine: string; due: string }>('watch.routine-missed', {
  en: (p, f) => `the ${p.routine} routine was missed, due ${f.dateTime(p.due)}`,
  fr: (p, f) => `la routine ${p.routine} a été manquée, prévue ${f.dateTime(p.due)}`,
})
export const routineRoundTexts = [routineFailed, routineMissed]

export interface RoutineRoundParts {
  readonly engine: Engine
  readonly system: System
  readonly signal: AbortSignal
  makeId(): string
  decide(alerts: readonly Alert[]): Promise<readonly Alert[]>
  failed(what: string, error: unknown): void
  /** Alerts of routines that are open since before this process began. */
  readonly open: readonly Alert[]
}

/** Runs the routines of a system when they are due, one after the other, and tells when one fails or was missed. */
export function createRoutineRound(parts: RoutineRoundParts): () => Promise<void> {
  const { engine, system, decide, failed } = parts
  const { clock } = engine.world
  const since = clock.now()
  const told = new Map<string, Date>()
  const open = new Map(parts.open.map((alert) => [alert.rule, alert]))
  const settle = async (routine: string, failing: ReturnType<typeof routineFailed> | undefined): Promise<void> => {
    const known = open.get(routine)
    if (failing !== undefined && known === undefined) {
      const about = { system: system.name, key: `routine ${routine}`, source: 'watch', rule: routine } as const
      const alert = newAlert({ ...about, id: parts.makeId(), severity: 'high', title: failing }, clock.now())
      open.set(routine, (await decide([alert]))[0] ?? alert)
    }
    if (failing === undefined && known !== undefined) {
      await decide([resolved(known, clock.now())])
      open.delete(routine)
    }
  }
  const run = async (name: string): Promise<void> => {
    const routine = system.routines.get(name)
    if (routine === undefined) return
    const report = await runRoutine(engine, {
      system,
      ...routine,
      isDryRun: false,
      consent: { yes: false, approve: undefined },
      startedBy: 'vigie',
      signal: parts.signal,
    })
    const bad = report.steps.filter(({ status }) => status === 'fail').map(({ id }: StepRow) => id)
    const failing = report.run.status === 'failed'
    await settle(name, failing ? routineFailed({ routine: name, steps: bad, run: report.run.id }) : undefined)
  }
  return async () => {
    const scheduled = []
    for (const { name, at, missed, steps } of system.routines.values()) {
      if (at === undefined || steps.length === 0) continue
      const runs = await engine.store.runs.list({ system: system.name, routine: name, limit: 5 })
      scheduled.push({ name, at, missed, lastStartAt: runs.find(({ isDryRun }) => !isDryRun)?.startedAt })
    }
    for (const due of dueRoutines(scheduled, system.settings.timezone, since, clock.now(), told)) {
      if (parts.signal.aborted) return
      try {
        if (due.what === 'run') {
          await run(due.name)
          continue
        }
        told.set(due.name, due.dueAt)
        await settle(due.name, routineMissed({ routine: due.name, due: due.dueAt.toISOString() }))
      } catch (error) {
        // Locked: somebody runs it by hand, which is as good. Anything else is tried again at the next round.
        failed(`${system.name} ${due.name}`, error)
      }
    }
  }
}
