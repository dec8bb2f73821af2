import type { CheckStep, ConfiguredCollector, System } from '../config/system.ts'
import type { AnyCheckKind } from '../core/check.ts'
import type { CollectedPoint } from '../core/collector.ts'
import type { Redactor } from '../core/redact.ts'
import type { Engine } from '../engine/engine.ts'
import type { OwnNetwork } from '../engine/own-network.ts'
import { type Ended, runCheck } from '../engine/run-check.ts'
import type { Shares } from '../engine/shares.ts'
import { createStepContext, type StepScope } from '../engine/step-context.ts'
import { withTimeLimit } from '../engine/time-limit.ts'

/** A failure is confirmed by two more looks before it is believed, soon: a fault is to be told within a second of its look. */
const looksToConfirm = 3
const confirmAfterMs = 200

/** Looks at one system outside of any run: nothing is recorded but what the caller keeps. */
export interface Looker {
  check(step: CheckStep): Promise<Ended>
  /** Throws when it could not look. */
  collect(collector: ConfiguredCollector): Promise<readonly CollectedPoint[]>
}

export interface LookerParts {
  readonly engine: Engine
  readonly system: System
  readonly network: OwnNetwork
  /** What components keep open from look to look. */
  readonly shares: Shares
  readonly redactor: Redactor
  readonly signal: AbortSignal
}

export function createLooker({ engine, system, network, shares, redactor, signal }: LookerParts): Looker {
  const scopeOf = (component: string, step: string, timeoutMs: number, attempt: number): StepScope => ({
    world: engine.world,
    system: system.name,
    baseDir: system.baseDir,
    timeZone: system.settings.timezone,
    component,
    step,
    attempt,
    timeoutMs,
    redactor,
    shares,
    measurements: engine.store.measurements,
    ownKeys: engine.store.ownKeys,
    snapshots: engine.store.snapshots,
    backups: engine.store.backups,
    dataDir: engine.dataDir,
    hasEvidence: false,
    // Only tasks ask, and the watch does none.
    protectedPaths: async () => [],
  })
  const kinds = new WeakMap<AnyCheckKind, AnyCheckKind>()
  const confirming = (kind: AnyCheckKind): AnyCheckKind => {
    const made = kinds.get(kind) ?? { ...kind, retry: { attempts: looksToConfirm, delayMs: confirmAfterMs } }
    kinds.set(kind, made)
    return made
  }
  return {
    check: (step) =>
      runCheck(
        { ...step, attempts: Math.max(step.attempts, looksToConfirm), kind: confirming(step.kind) },
        (attempt) => scopeOf(step.component.name, step.id, step.timeoutMs, attempt),
        network,
        signal,
      ),
    collect: ({ id, component, kind, options, part, timeoutMs }) =>
      withTimeLimit(timeoutMs, signal, (limited) => {
        const { ctx } = createStepContext(scopeOf(component.name, id, timeoutMs, 1), limited)
        const seen = { name: component.name, system: system.name, options: component.options }
        return kind.collect(seen, options, ctx, part)
      }),
  }
}
