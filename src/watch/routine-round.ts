import { windowsOf } from '../config/maintenance-window.ts'
import type { Routine, System } from '../config/system.ts'
import type { Alert } from '../core/alert.ts'
import { message } from '../core/message.ts'
import type { Engine } from '../engine/engine.ts'
import { recoverInterrupted } from '../engine/recover.ts'
import { runRoutine } from '../engine/run-routine.ts'
import type { RunRow } from '../store/run-store.ts'
import { type DueRoutine, dueRoutines } from './due-routines.ts'
import { createKnownSince, laterOf } from './known-since.ts'
import { newAlert, resolved } from './new-alert.ts'
import { routineNews } from './routine-news.ts'
import { spreadOf } from './spread.ts'

const routineFailed = message<{ routine: string; steps: readonly string[]; run: string }>('watch.routine-failed', {
  en: (p, f) => `the ${p.routine} routine failed: ${f.list(p.steps.slice(0, 5))} (vigie runs show ${p.run})`,
  fr: (p, f) => `la routine ${p.routine} a échoué : ${f.list(p.steps.slice(0, 5))} (vigie runs show ${p.run})`,
})
const routineMissed = message<{ routine: string; due: string }>('watch.routine-missed', {
  en: (p, f) => `the ${p.routine} routine was missed, due ${f.dateTime(p.due)}`,
  fr: (p, f) => `la routine ${p.routine} a été manquée, prévue ${f.dateTime(p.due)}`,
})
const routineUnsure = message<{ routine: string; steps: readonly string[]; run: string }>('watch.routine-unsure', {
  en: (p, f) => `the ${p.routine} routine could not tell: ${f.list(p.steps.slice(0, 5))} (vigie runs show ${p.run})`,
  fr: (p, f) =>
    `la routine ${p.routine} laisse des points indéterminés : ${f.list(p.steps.slice(0, 5))} (vigie runs show ${p.run})`,
})
const routineCut = message<{ routine: string; run: string }>('watch.routine-cut', {
  en: (p) => `the ${p.routine} routine was cut off before its end (vigie runs show ${p.run})`,
  fr: (p) => `la routine ${p.routine} a été coupée avant la fin (vigie runs show ${p.run})`,
})
const cutRemedy = message<{ routine: string }>('watch.routine-cut-remedy', {
  en: (p) => `See what was done, and run the rest: vigie run ${p.routine}`,
  fr: (p) => `Voyez ce qui a été fait, et lancez le reste : vigie run ${p.routine}`,
})
export const routineRoundTexts = [routineFailed, routineMissed, routineUnsure, routineCut, cutRemedy]

/** What is wrong with a routine; high when nothing else is said. */
type Trouble = Pick<Alert, 'title'> & Partial<Pick<Alert, 'severity' | 'remedy'>>

export interface RoutineRoundParts {
  readonly engine: Engine
  readonly system: System
  readonly signal: AbortSignal
  makeId(): string
  decide(alerts: readonly Alert[]): Promise<readonly Alert[]>
  failed(what: string, error: unknown): void
}

/** The routines of a system that have a time. */
export interface RoutineRound {
  readonly names: readonly string[]
  /**
   * Runs one of them when it is due, and tells when it fails or was missed. Not to be called again before it ended: of
   * one routine there is never a second run beside the first. A time that comes meanwhile counts as missed.
   */
  work(name: string): Promise<void>
}

/** The key of a routine's alert. */
export function routineKey(name: string): string {
  return `routine ${name}`
}

/** Alerts of one system that are looked up; more than a small team can have. */
const mostFiring = 10_000

export function createRoutineRound(parts: RoutineRoundParts): RoutineRound {
  const { engine, system, decide, failed } = parts
  const { clock } = engine.world
  const since = clock.now()
  const told = new Map<string, Date>()
  /** What a run came to and could not be told: its time does not come again before the next night. */
  const untold = new Map<string, () => Promise<void>>()
  const heardOf = createKnownSince(engine.store.signOffs, clock, system.name, since)
  const windows = new Map(windowsOf(system.settings).map((window) => [window.name, window]))
  const timed = [...system.routines.values()].filter(({ at, steps }) => at !== undefined && steps.length > 0)
  /** The last run that was taken in, by routine. */
  const taken = new Map<string, string>()
  /** What is open is read anew each time: others acknowledge it, and silences over it end. */
  const firingOf = async (routine: string): Promise<Alert | undefined> => {
    const firing = await engine.store.alerts.list({ system: system.name, states: ['firing'], limit: mostFiring })
    return firing.find(({ key }) => key === routineKey(routine))
  }
  const settle = async (routine: string, failing: Trouble | undefined): Promise<void> => {
    const known = await firingOf(routine)
    // That it fails is news to who was told less; not the other way round.
    const isNews =
      known === undefined || (known.title.code !== failing?.title.code && known.title.code !== routineFailed.code)
    if (failing === undefined ? known === undefined : !isNews) return
    const about = { system: system.name, key: routineKey(routine), source: 'watch', rule: routine } as const
    const now = clock.now()
    await decide([
      ...(known === undefined ? [] : [resolved(known, now)]),
      ...(failing === undefined ? [] : [newAlert({ severity: 'high', ...failing, ...about, id: parts.makeId() }, now)]),
    ])
  }
  const run = async (routine: Routine): Promise<void> => {
    const report = await runRoutine(engine, {
      system,
      ...routine,
      isDryRun: false,
      consent: { yes: false, approve: undefined },
      startedBy: 'vigie',
      signal: parts.signal,
    })
    const { name } = routine
    const { status, id } = report.run
    const news = routineNews(system, status, report.steps)
    if (news.what === 'failed') {
      untold.set(name, () => settle(name, { title: routineFailed({ routine: name, steps: news.steps, run: id }) }))
    } else if (news.what === 'unsure') {
      const title = routineUnsure({ routine: name, steps: news.steps, run: id })
      untold.set(name, () => settle(name, { title, severity: 'medium' }))
    } else if (news.what === 'well') untold.set(name, () => settle(name, undefined))
    await tellRest(name)
  }
  const tellRest = async (name: string): Promise<void> => {
    await untold.get(name)?.()
    untold.delete(name)
  }
  const lastRun = async (routine: string): Promise<RunRow | undefined> => {
    const query = { system: system.name, routine, isDryRun: false, limit: 1 }
    const [last] = await engine.store.runs.list(query)
    if (last?.status !== 'running') return last
    // None of ours is under way here: it is another's, or that of a process that was killed.
    await recoverInterrupted(engine.store, clock)
    return (await engine.store.runs.list(query))[0]
  }
  /** What became of the last run when this watch did not see its end: it was cut off, or somebody ran it by hand. */
  const takeIn = async (routine: string, { id, status, startedBy, startedAt }: RunRow): Promise<void> => {
    if (taken.get(routine) === id) return
    const isOver = status !== 'running' && status !== 'queued'
    if (startedBy === 'vigie' && (status === 'interrupted' || status === 'canceled')) {
      await settle(routine, { title: routineCut({ routine, run: id }), remedy: cutRemedy({ routine }) })
    }
    const known = status === 'succeeded' ? await firingOf(routine) : undefined
    if (known !== undefined && known.startedAt < startedAt) await decide([resolved(known, clock.now())])
    if (isOver) taken.set(routine, id)
  }
  const dueOf = async (routine: Routine, last: RunRow | undefined): Promise<DueRoutine | undefined> => {
    const { name, at, missed, window, jitterMs } = routine
    if (at === undefined) return undefined
    const scheduled = {
      ...{ name, at, missed, lastStartAt: laterOf(last?.startedAt, await heardOf(name, at)) },
      jitter: { mostMs: jitterMs, share: spreadOf(`${system.name} ${name}`) },
      window: window === undefined ? undefined : windows.get(window),
    }
    return dueRoutines([scheduled], system.settings.timezone, since, clock.now(), told)[0]
  }
  return {
    names: timed.map(({ name }) => name),
    work: async (name) => {
      const routine = system.routines.get(name)
      if (routine === undefined || parts.signal.aborted) return
      try {
        await tellRest(name)
        const last = await lastRun(name)
        const due = await dueOf(routine, last)
        if (due === undefined && last !== undefined) await takeIn(name, last)
        if (due?.what === 'run') await run(routine)
        if (due?.what !== 'missed') return
        await settle(name, { title: routineMissed({ routine: name, due: due.dueAt.toISOString() }) })
        told.set(name, due.dueAt)
      } catch (error) {
        // Locked: somebody runs it by hand, which is as good. Anything else is tried again at the next round.
        failed(`${system.name} ${name}`, error)
      }
    },
  }
}
