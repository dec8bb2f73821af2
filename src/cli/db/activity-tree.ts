import type { DatabaseSession } from '../../core/database.ts'

/** A session with those that wait for it. */
export interface ActivityLine {
  readonly session: DatabaseSession
  /** 0 of one that waits for nobody. */
  readonly depth: number
  /** How many wait for it, directly or not. */
  readonly waiting: number
}

/**
 * Who holds up whom, as an indented list: the root of the longest queue first, each followed by those that wait for it;
 * then who holds up nobody, the longest statement first. Everybody stands there once; a circle begins at its lowest pid.
 */
export function activityTree(sessions: readonly DatabaseSession[]): readonly ActivityLine[] {
  const byPid = new Map(sessions.map((one) => [one.pid, one]))
  const waitersOf = Map.groupBy(
    sessions.flatMap((one) => one.blockers.map((blocker) => ({ blocker, one }))),
    ({ blocker }) => blocker,
  )
  const below = (pid: number, seen: Set<number>): Set<number> => {
    for (const { one } of waitersOf.get(pid) ?? []) {
      if (seen.has(one.pid)) continue
      seen.add(one.pid)
      below(one.pid, seen)
    }
    return seen
  }
  const waiting = new Map(sessions.map(({ pid }) => [pid, below(pid, new Set()).size]))
  const busyMs = ({ statementMs, stateMs, state }: DatabaseSession): number =>
    state === '' || state === 'idle' ? -1 : (statementMs ?? stateMs ?? 0)
  const order = (a: DatabaseSession, b: DatabaseSession): number =>
    (waiting.get(b.pid) ?? 0) - (waiting.get(a.pid) ?? 0) || busyMs(b) - busyMs(a) || a.pid - b.pid
  const lines: ActivityLine[] = []
  const told = new Set<number>()
  const tell = (session: DatabaseSession, depth: number): void => {
    if (told.has(session.pid)) return
    told.add(session.pid)
    lines.push({ session, depth, waiting: waiting.get(session.pid) ?? 0 })
    const next = (waitersOf.get(session.pid) ?? []).map(({ one }) => one)
    for (const one of next.toSorted(order)) tell(one, depth + 1)
  }
  const isFree = ({ blockers }: DatabaseSession): boolean => blockers.every((pid) => !byPid.has(pid))
  for (const one of sessions.filter(isFree).toSorted(order)) tell(one, 0)
  for (const one of sessions.toSorted((a, b) => a.pid - b.pid)) tell(one, 0)
  return lines
}
