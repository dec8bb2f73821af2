import type { Engine } from './engine.ts'

/** The engine answers a stop when it is done: this much longer than the container may take. */
const marginMs = 60_000

export type ContainerAct = 'stop' | 'start' | 'pause' | 'unpause'

/** What is so already is well. `stopWithinMs` is how long a container may take to end before it is killed. */
export async function actOnContainer(
  engine: Engine,
  id: string,
  act: ContainerAct,
  { stopWithinMs = 10_000, signal }: { readonly stopWithinMs?: number; readonly signal?: AbortSignal } = {},
): Promise<void> {
  const query = act === 'stop' ? `?t=${Math.ceil(stopWithinMs / 1000)}` : ''
  await engine.tell({
    method: 'POST',
    path: `/containers/${encodeURIComponent(id)}/${act}${query}`,
    limitMs: act === 'stop' ? stopWithinMs + marginMs : marginMs,
    ...(signal && { signal }),
  })
}
