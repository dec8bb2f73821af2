import { hostname } from 'node:os'
import { protectSecrets } from '../config/protect-secrets.ts'
import type { CheckStep, ConfiguredComponent, TaskStep } from '../config/system.ts'
import { createRedactor } from '../core/redact.ts'
import type { RunRow } from '../store/run-store.ts'
import { actPhase, planPhase, showPhase } from './act-phase.ts'
import { checkPhase } from './check-phase.ts'
import type { Engine } from './engine.ts'
import { humanPhase } from './human-phase.ts'
import { type HeldLease, holdLease } from './leases.ts'
import { runStatusOf } from './outcome.ts'
import { protectedPathsFor } from './protected-paths.ts'
import { createRecorder } from './recorder.ts'
import { recoverInterrupted } from './recover.ts'
import { newRunId } from './run-id.ts'
import type { RunReport, RunRequest, RunScope } from './run-scope.ts'
import { createShares, type Shares } from './shares.ts'
import { createStepContext, type StepScope } from './step-context.ts'
import { withdrawUnlooked } from './withdraw.ts'

/**
 * Runs steps: the checks side by side, then the items of people, then the tasks, planned together and done one at a time
 * per component. Each outcome is kept as soon as it is known. Throws `locked` when this routine runs already.
 */
export async function runRoutine(engine: Engine, request: RunRequest): Promise<RunReport> {
  const { store, world } = engine
  await recoverInterrupted(store, world.clock)
  const id = newRunId()
  const leaseName = request.isDryRun ? `dry run ${id}` : `${request.system.name}/${request.name}`
  const lease = await holdLease(store.leases, world.clock, leaseName, id)
  const shares = createShares()
  try {
    return await underLease(engine, request, id, lease, shares)
  } finally {
    await shares.closeAll(2000)
    await lease.release()
  }
}

async function underLease(
  engine: Engine,
  request: RunRequest,
  id: string,
  lease: HeldLease,
  shares: Shares,
): Promise<RunReport> {
  const { store, world } = engine
  const startedMs = world.clock.monotonicMs()
  const run: RunRow = {
    id,
    system: request.system.name,
    routine: request.name,
    status: 'running',
    startedAt: world.clock.now(),
    finishedAt: undefined,
    durationMs: undefined,
    isDryRun: request.isDryRun,
    plan: undefined,
    startedBy: request.startedBy,
    host: hostname(),
    pid: process.pid,
  }
  const redactor = createRedactor()
  await protectSecrets(redactor, [...new Set([...engine.systems, request.system])])
  const recorder = createRecorder(store, run, request.steps, redactor)
  await store.runs.create(run, [...recorder.rows.values()])

  const unkept = new AbortController()
  const signal = AbortSignal.any([request.signal, lease.lost, unkept.signal])
  const scopeOf =
    (step: CheckStep | TaskStep) =>
    (attempt: number): StepScope => ({
      world,
      system: run.system,
      baseDir: request.system.baseDir,
      timeZone: request.system.settings.timezone,
      dataDir: engine.dataDir,
      component: step.component.name,
      step: step.id,
      run: id,
      attempt,
      timeoutMs: step.timeoutMs,
      redactor,
      shares,
      measurements: store.measurements,
      ownKeys: store.ownKeys,
      snapshots: store.snapshots,
      backups: store.backups,
      protectedPaths: () => protectedFor(step, attempt, step.component),
      neighbour: (name) => {
        const component = request.system.components.find((one) => one.name === name)
        if (component === undefined) return undefined
        const abilities = component.kind.abilities?.(component.options) ?? {}
        return { abilities, scope: { protectedPaths: () => protectedFor(step, attempt, component) } }
      },
    })
  const protectedFor = (
    step: CheckStep | TaskStep,
    attempt: number,
    actor: ConfiguredComponent,
  ): Promise<readonly string[]> =>
    protectedPathsFor(actor, engine.systems, engine.dataDir, (system, component) => {
      const other = {
        ...scopeOf(step)(attempt),
        system: system.name,
        baseDir: system.baseDir,
        component: component.name,
      }
      return createStepContext({ ...other, protectedPaths: async () => [] }, signal).ctx
    })
  const scope: RunScope = { engine, request, id, recorder, redactor, signal, giveUp: () => unkept.abort(), scopeOf }

  await checkPhase(
    scope,
    request.steps.filter((step) => step.type === 'check'),
  )
  await humanPhase(
    scope,
    request.steps.filter((step) => step.type === 'human'),
  )
  const planned = await planPhase(
    scope,
    request.steps.filter((step) => step.type === 'task'),
  )
  const plan = planned && (await (request.isDryRun ? showPhase : actPhase)(scope, planned))

  if (!request.isDryRun) await withdrawUnlooked(store, request.system, id, world.clock.now())

  const steps = [...recorder.rows.values()]
  const status = signal.aborted
    ? request.signal.aborted
      ? 'canceled'
      : 'interrupted'
    : request.isDryRun
      ? runStatusOf(steps.filter((step) => step.status === 'error').map((step) => ({ ...step, isToolMissing: false })))
      : runStatusOf(steps.map((step) => ({ ...step, isToolMissing: recorder.missingTools.has(step.id) })))
  const durationMs = Math.round(world.clock.monotonicMs() - startedMs)
  const end = { status, finishedAt: world.clock.now(), durationMs, plan }
  // Another process may have taken this run for dead meanwhile: then that is how it is kept.
  const isKept = await store.runs.finish(id, end)
  return {
    run: { ...run, ...end, status: isKept ? status : 'interrupted' },
    steps,
    findings: [...recorder.findings.values()],
  }
}
