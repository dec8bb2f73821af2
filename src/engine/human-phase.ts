import type { HumanStep, Routine } from '../config/system.ts'
import { judgeHuman } from './run-human.ts'
import type { RunScope } from './run-scope.ts'

/** Judges the items of people by their signatures. */
export async function humanPhase(scope: RunScope, steps: readonly HumanStep[]): Promise<void> {
  if (steps.length === 0) return
  const { engine, request, recorder } = scope
  const { system } = request
  const now = engine.world.clock.now()
  const signOffs = await engine.store.signOffs.latest(system.name)
  const firstSeen = await engine.store.signOffs.firstSeen(
    system.name,
    steps.map(({ id }) => id),
    now,
  )
  for (const step of steps) {
    const signOff = signOffs.find((row) => row.step === step.id)
    const judged = judgeHuman(step, signOff, firstSeen.get(step.id) ?? now, now, await rhythmOf(scope, step))
    await recorder.record(step, {
      outcome: judged,
      startedAt: now,
      durationMs: 0,
      attempts: 1,
      evidence: [],
      actions: [],
    })
  }
}

/** How often an item is due: as its routine is, also when the item was asked for alone. */
async function rhythmOf({ engine, request }: RunScope, { id }: HumanStep): Promise<Parameters<typeof judgeHuman>[4]> {
  const { routines, settings, name: system } = request.system
  const holds = ({ steps }: Routine): boolean => steps.some((step) => step.id === id)
  const routine = routines.get(request.name) ?? [...routines.values()].find(holds)
  const [previous] = await engine.store.runs.list({
    system,
    routine: routine?.name ?? request.name,
    statuses: cameToAnEnd,
    isDryRun: false,
    limit: 1,
  })
  return { at: routine?.at, timezone: settings.timezone, previousRun: previous?.startedAt }
}

/** A run that was cut off used no signature up. */
const cameToAnEnd = ['succeeded', 'partial', 'failed', 'waiting_approval'] as const
