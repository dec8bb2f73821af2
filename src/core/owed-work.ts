/** By the signal of the step that owes it. */
const owed = new WeakMap<AbortSignal, Set<Promise<unknown>>>()

/**
 * Work that others rely on whatever becomes of the step: to start again what it stopped. When the step is canceled or its time
 * is over, it is waited for until this is done, and the process does not end before. Such work bounds itself, and looks at the
 * signal where it can still be given up. Gives and throws what the work does.
 */
export async function owe<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const all = owed.get(signal) ?? new Set()
  owed.set(signal, all.add(work))
  try {
    return await work
  } finally {
    all.delete(work)
  }
}

/** Settles, and never rejects, when what is owed now is done; undefined when nothing is. */
export function owedBy(signal: AbortSignal): Promise<unknown> | undefined {
  const all = owed.get(signal)
  return all === undefined || all.size === 0 ? undefined : Promise.allSettled(all)
}
