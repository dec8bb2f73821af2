import type { CheckStep } from '../config/system.ts'
import { checksAtOnce } from './engine.ts'
import { canceledText, wouldLook } from './messages.ts'
import { outcome } from './outcome.ts'
import { createOwnNetwork, type OwnNetwork } from './own-network.ts'
import { inPool } from './pool.ts'
import { type Ended, looksAfar, runCheck } from './run-check.ts'
import type { RunScope } from './run-scope.ts'
import { CanceledError } from './time-limit.ts'
import { writeBehind } from './write-behind.ts'

/** Looks whose outcome waits for the disk: enough to share commits, few enough for the memory. */
const unwrittenAtMost = 64

interface Looked {
  readonly step: CheckStep
  readonly ended: Ended
  readonly startedAt: Date
  readonly durationMs: number
}

/**
 * Looks side by side, and keeps each outcome at once. What looks afar and fails while no reference answers is kept back:
 * only when every such look ends so, our own network is gone and none is judged. When one of them sees its thing, the
 * references mislead or the network is back, and the others look again and are judged.
 */
export async function checkPhase(scope: RunScope, steps: readonly CheckStep[]): Promise<void> {
  const { engine, request, recorder } = scope
  if (request.isDryRun) {
    for (const step of steps) {
      const ended = { ...unlooked, outcome: outcome('pending', { reason: wouldLook({}) }) }
      await recorder.record(step, { ...ended, startedAt: engine.world.clock.now(), durationMs: 0, actions: [] })
    }
    return
  }
  const { references } = request.system.settings
  const network = createOwnNetwork(references, engine.world.clock)
  const writes = writeBehind(unwrittenAtMost, scope.giveUp)
  const keep = ({ step, ended, startedAt, durationMs }: Looked): Promise<void> =>
    writes.add(() => recorder.record(step, { ...ended, startedAt, durationMs, actions: [] }))
  const unjudged: Looked[] = []
  let hasSeenAfar = false
  let done = 0
  const look = async (step: CheckStep): Promise<void> => {
    request.onProgress?.({ done, total: request.steps.length, step: step.id })
    const looked = await lookAt(scope, step, network)
    if (looked.ended.isUnjudged) unjudged.push(looked)
    else await keep(looked)
    const { status } = looked.ended.outcome
    if ((status === 'pass' || status === 'warn') && (await looksAfar(step, request.system.baseDir))) hasSeenAfar = true
    done++
    request.onProgress?.({ done, total: request.steps.length, step: step.id })
  }
  await inPool(steps, checksAtOnce, look, scope.giveUp).finally(() => writes.end())
  if (unjudged.length === 0) return
  if (hasSeenAfar) {
    const again = async ({ step }: Looked): Promise<void> => keep(await lookAt(scope, step, present))
    await inPool(unjudged, checksAtOnce, again, scope.giveUp).finally(() => writes.end())
    return
  }
  const ids = unjudged.map(({ step }) => step.id)
  const subject = { run: scope.id, system: request.system.name, references: [...references], notJudged: ids }
  const at = engine.world.clock.now()
  await engine.store.audit.append({ at, actor: request.startedBy, event: 'network.gone', subject })
  for (const looked of unjudged) await keep(looked)
  await writes.end()
}

const unlooked = { isUnjudged: false, evidence: [], attempts: 0 } as const
/** A network that is known to serve. */
const present: OwnNetwork = { references: [], isGone: async () => false }

async function lookAt(scope: RunScope, step: CheckStep, network: OwnNetwork): Promise<Looked> {
  const { clock } = scope.engine.world
  const startedAt = clock.now()
  const startedMs = clock.monotonicMs()
  const ended = await endedOf(scope, step, network)
  return { step, ended, startedAt, durationMs: Math.round(clock.monotonicMs() - startedMs) }
}

async function endedOf(scope: RunScope, step: CheckStep, network: OwnNetwork): Promise<Ended> {
  const canceled = { ...unlooked, outcome: outcome('interrupted', { reason: canceledText({}) }) }
  if (scope.signal.aborted) return canceled
  try {
    return await runCheck(step, scope.scopeOf(step), network, scope.signal)
  } catch (error) {
    if (!(error instanceof CanceledError)) throw error
    return canceled
  }
}
