import type { HeartbeatRow, PingRow } from '../store/watch-store.ts'

/** A ping as it came, before what is known of earlier ones is added. */
export type ReceivedPing = Omit<PingRow, 'durationMs'> & {
  /** As the sender measured it; else it is taken from the start of the same run. */
  readonly durationMs?: number | undefined
}

/**
 * A ping with its duration, and what is known of the heartbeat after it. Pure.
 *
 * A run is told by its run id; pings without one belong to the run that goes on. The end of another run leaves the one
 * that goes on as it is. A non-zero exit code is a failure; what is logged changes nothing.
 *
 * @param earlier the newest pings of this heartbeat, newest first
 */
export function applyPing(
  received: ReceivedPing,
  state: HeartbeatRow | undefined,
  earlier: readonly PingRow[],
): { readonly ping: PingRow; readonly state: HeartbeatRow } {
  const { system, heartbeat: name, at, kind, runId, exitCode } = received
  const known: HeartbeatRow = state ?? {
    system,
    name,
    status: 'new',
    lastPingAt: undefined,
    lastStartAt: undefined,
    lastSuccessAt: undefined,
    lastRunId: undefined,
    lastDurationMs: undefined,
    lastExitCode: undefined,
  }
  const isEnd = kind === 'success' || kind === 'fail'
  const durationMs = isEnd ? (received.durationMs ?? measured(received, known, earlier)) : undefined
  const ping: PingRow = { ...received, durationMs }
  const seen: HeartbeatRow = { ...known, lastPingAt: at }
  if (kind === 'log') return { ping, state: seen }
  if (kind === 'start') {
    // What failed is not well again because it is tried again.
    const status = known.status === 'failed' ? 'failed' : 'started'
    return { ping, state: { ...seen, status, lastStartAt: at, lastRunId: runId } }
  }
  const isOther =
    known.status === 'started' && runId !== undefined && known.lastRunId !== undefined && runId !== known.lastRunId
  const ended: HeartbeatRow = {
    ...seen,
    lastDurationMs: durationMs,
    lastExitCode: exitCode ?? (kind === 'success' ? 0 : undefined),
    lastRunId: isOther ? known.lastRunId : runId,
  }
  if (kind === 'fail') return { ping, state: { ...ended, status: 'failed' } }
  return { ping, state: { ...ended, status: isOther ? 'started' : 'up', lastSuccessAt: at } }
}

/** Milliseconds since the start of the same run; undefined when it was not told, or when the clock stepped back. */
function measured({ at, runId }: ReceivedPing, state: HeartbeatRow, earlier: readonly PingRow[]): number | undefined {
  const startedAt = runId === undefined ? openStart(earlier) : startOf(runId, state, earlier)
  const durationMs = startedAt === undefined ? undefined : at.getTime() - startedAt.getTime()
  return durationMs === undefined || durationMs < 0 ? undefined : durationMs
}

function startOf(runId: string, state: HeartbeatRow, earlier: readonly PingRow[]): Date | undefined {
  const ping = earlier.find((one) => one.kind === 'start' && one.runId === runId)
  return ping?.at ?? (state.status === 'started' && state.lastRunId === runId ? state.lastStartAt : undefined)
}

/** The start that no end followed, among pings without a run id. */
function openStart(earlier: readonly PingRow[]): Date | undefined {
  const last = earlier.find((one) => one.kind !== 'log' && one.runId === undefined)
  return last?.kind === 'start' ? last.at : undefined
}
