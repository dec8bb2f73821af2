import { setTimeout as wait } from 'node:timers/promises'
import type { Engine, EngineQuestion } from './engine.ts'
import { detailOf, EngineError } from './engine-error.ts'

/** The engine answers a stop when it is done: this much longer than the container may take. */
const marginMs = 60_000
/** A container that begins many processes may slip through the freezing; runc undoes it then, and the next try gets it. */
const unfrozen = /unable to freeze/
const freezeTries = 5
const freezeEveryMs = 300

export type ContainerAct = 'stop' | 'start' | 'pause' | 'unpause'

/** What is so already is well. `stopWithinMs` is how long a container may take to end before it is killed. */
export async function actOnContainer(
  engine: Engine,
  id: string,
  act: ContainerAct,
  { stopWithinMs = 10_000, signal }: { readonly stopWithinMs?: number; readonly signal?: AbortSignal } = {},
): Promise<void> {
  const query = act === 'stop' ? `?t=${Math.ceil(stopWithinMs / 1000)}` : ''
  const question: EngineQuestion = {
    method: 'POST',
    path: `/containers/${encodeURIComponent(id)}/${act}${query}`,
    limitMs: act === 'stop' ? stopWithinMs + marginMs : marginMs,
    ...(signal && { signal }),
  }
  for (let left = freezeTries; ; left--) {
    try {
      await engine.tell(question)
      return
    } catch (error) {
      if (left <= 1 || !(error instanceof EngineError) || !unfrozen.test(detailOf(error))) throw error
      await wait(freezeEveryMs, undefined, signal && { signal })
    }
  }
}
