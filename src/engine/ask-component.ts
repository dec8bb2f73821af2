import { protectSecrets } from '../config/protect-secrets.ts'
import type { ConfiguredComponent, System } from '../config/system.ts'
import type { Abilities } from '../core/component.ts'
import type { StepContext } from '../core/context.ts'
import { createRedactor } from '../core/redact.ts'
import type { Engine } from './engine.ts'
import { createShares } from './shares.ts'
import { createStepContext } from './step-context.ts'
import { withTimeLimit } from './time-limit.ts'

/** A person waits for it. */
const limitMs = 60_000

export interface Asked {
  readonly system: System
  readonly component: ConfiguredComponent
  readonly signal: AbortSignal
}

/**
 * Asks a component something through its abilities, outside of any run: nothing is recorded, and nothing is changed.
 * Throws what the ability throws, `TimeLimitError` after a minute, `CanceledError`.
 */
export async function askComponent<T>(
  engine: Engine,
  { system, component, signal }: Asked,
  work: (abilities: Abilities, ctx: StepContext) => Promise<T>,
): Promise<T> {
  const { store, world, dataDir } = engine
  const redactor = createRedactor()
  await protectSecrets(redactor, [...new Set([...engine.systems, system])])
  const shares = createShares()
  try {
    return await withTimeLimit(limitMs, signal, (limited) => {
      const scope = {
        ...{ world, redactor, shares, attempt: 1, timeoutMs: limitMs, hasEvidence: false },
        ...{ system: system.name, baseDir: system.baseDir, dataDir, component: component.name, step: component.name },
        timeZone: system.settings.timezone,
        ...{ measurements: store.measurements, ownKeys: store.ownKeys, snapshots: store.snapshots },
        backups: store.backups,
        protectedPaths: async () => [],
      }
      return work(component.kind.abilities?.(component.options) ?? {}, createStepContext(scope, limited).ctx)
    })
  } finally {
    await shares.closeAll(2000)
  }
}
