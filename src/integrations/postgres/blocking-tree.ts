import type { Session } from './sessions.ts'

export interface BlockingTree {
  /** The session that waits for nobody, or one of a circle. */
  readonly root: number
  /** All that wait for it, directly or not. */
  readonly waiting: readonly Session[]
}

/** Who holds up whom, by the session at the root of each queue, the longest queue first. A circle has a root too. */
export function blockingTrees(sessions: readonly Session[]): readonly BlockingTree[] {
  const byPid = new Map(sessions.map((one) => [one.pid, one]))
  const waiting = sessions.filter(({ blockers }) => blockers.length > 0)
  const trees = new Map<number, Session[]>()
  for (const one of waiting) {
    for (const root of rootsOf(one, byPid)) trees.set(root, [...(trees.get(root) ?? []), one])
  }
  return [...trees]
    .map(([root, members]) => ({ root, waiting: members }))
    .toSorted((a, b) => b.waiting.length - a.waiting.length || a.root - b.root)
}

function rootsOf(session: Session, byPid: ReadonlyMap<number, Session>): ReadonlySet<number> {
  const roots = new Set<number>()
  const seen = new Set<number>([session.pid])
  const queue = [...session.blockers]
  for (let pid = queue.pop(); pid !== undefined; pid = queue.pop()) {
    if (seen.has(pid)) {
      if (pid === session.pid) roots.add(Math.min(...seen))
      continue
    }
    seen.add(pid)
    const next = byPid.get(pid)?.blockers ?? []
    if (next.length === 0) roots.add(pid)
    else queue.push(...next)
  }
  return roots.size > 0 ? roots : new Set([Math.min(...seen)])
}
