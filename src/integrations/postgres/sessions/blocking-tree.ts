import type { Session } from './sessions.ts'

export interface BlockingTree {
  /** The session that waits for nobody, or one of a circle; 0 is a prepared transaction. */
  readonly root: number
  /** All that wait for it, directly or not. */
  readonly waiting: readonly Session[]
}

/** Who holds up whom, by the session at the root of each queue, the longest queue first. A circle has a root too. */
export function blockingTrees(sessions: readonly Session[]): readonly BlockingTree[] {
  const byPid = new Map(sessions.map((one) => [one.pid, one]))
  const blockersOf = (pid: number): readonly number[] => byPid.get(pid)?.blockers ?? []
  const trees = new Map<number, Session[]>()
  for (const one of sessions) {
    for (const root of rootsOf(one.pid, blockersOf)) {
      if (root !== one.pid) trees.set(root, [...(trees.get(root) ?? []), one])
    }
  }
  return [...trees]
    .map(([root, waiting]) => ({ root, waiting }))
    .toSorted((a, b) => b.waiting.length - a.waiting.length || a.root - b.root)
}

/** Where the way from a session along its blockers ends; the lowest number of a circle that it ends in. */
function rootsOf(pid: number, blockersOf: (pid: number) => readonly number[]): readonly number[] {
  const above = reached(pid, blockersOf)
  const free = [...above].filter((one) => blockersOf(one).length === 0)
  if (free.length > 0) return free
  const circular = [...above].filter((one) => reached(one, blockersOf).has(one))
  return circular.length > 0 ? [Math.min(...circular)] : []
}

/** Everybody on the way up, without the session itself unless the way comes back to it. */
function reached(pid: number, blockersOf: (pid: number) => readonly number[]): ReadonlySet<number> {
  const seen = new Set<number>()
  const queue = [...blockersOf(pid)]
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (seen.has(next)) continue
    seen.add(next)
    queue.push(...blockersOf(next))
  }
  return seen
}
