import type { StepContext } from '../core/context.ts'
import { createRedactor } from '../core/redact.ts'
import { createShares } from './shares.ts'
import { createStepContext, type StepScope, type World } from './step-context.ts'
import { withTimeLimit } from './time-limit.ts'

const nothing = async (): Promise<readonly []> => []
const done = async (): Promise<void> => undefined

/** A scope that remembers nothing, for looks before there is a state. */
export const withoutState: Pick<
  StepScope,
  'measurements' | 'ownKeys' | 'snapshots' | 'backups' | 'protectedPaths' | 'attempt'
> = {
  attempt: 1,
  measurements: { series: nothing },
  // Nothing is kept, so nothing needs to be the same the next time.
  ownKeys: { getOrMake: async (_name, make) => make() },
  snapshots: { keep: done, times: nothing, read: async () => undefined },
  backups: { keep: done, list: nothing, keepDrill: done, drills: nothing },
  protectedPaths: nothing,
}

/** Does work where there is no config and no state yet. */
export async function withBareContext<T>(
  where: {
    readonly world: World
    readonly folder: string
    readonly dataDir: string
    readonly timeoutMs: number
    readonly signal: AbortSignal
    onProgress(ratio: number): void
  },
  work: (ctx: StepContext) => Promise<T>,
): Promise<T> {
  const { world, folder, dataDir, timeoutMs, signal, onProgress } = where
  const shares = createShares()
  try {
    return await withTimeLimit(timeoutMs, signal, (limited) => {
      const scope: StepScope = {
        ...withoutState,
        ...{ world, shares, timeoutMs, dataDir, onProgress, redactor: createRedactor(), hasEvidence: false },
        ...{ system: '', component: '', step: '', baseDir: folder, timeZone: 'UTC' },
      }
      return work(createStepContext(scope, limited).ctx)
    })
  } finally {
    await shares.closeAll(2000)
  }
}
