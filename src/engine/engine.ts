import type { System } from '../config/system.ts'
import type { Store } from '../store/store.ts'
import type { World } from './step-context.ts'

/** What a run works with. One engine serves every system on the store. */
export interface Engine {
  readonly store: Store
  readonly world: World
  /** Every system that was loaded: what one protects, no other may touch. */
  readonly systems: readonly System[]
  /** Vigie's own data folder, absolute. */
  readonly dataDir: string
}

/** Checks that look at the same time; bounded so that a small machine is not the cause of what is measured. */
export const checksAtOnce = 8
