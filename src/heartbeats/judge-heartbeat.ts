import { nextDate } from '../config/schedule.ts'
import type { HeartbeatRow } from '../store/watch-store.ts'
import type { Rhythm } from './heartbeat.ts'

export const heartbeatStatuses = ['up', 'late', 'missing', 'failed', 'started-too-long', 'new'] as const
export type HeartbeatStatus = (typeof heartbeatStatuses)[number]

export interface HeartbeatVerdict {
  /**
   * `late` is within the grace and no alarm yet; `missing`, `failed` and `started-too-long` are alarms. `new` is expected
   * for the first time and not late: one that never comes goes missing as any other.
   */
  readonly status: HeartbeatStatus
  /** When the next success is expected, or was; undefined when its time zone knows no such date. */
  readonly dueAt: Date | undefined
  /** When it became an alarm; undefined when it is none. */
  readonly since: Date | undefined
}

/** Two machines do not have the same time: a success this much before its schedule is that of the schedule. */
const skewMs = 60_000

/**
 * What is to be thought of a heartbeat. Pure.
 *
 * A success is due one period, or the next date of the schedule, after the last one (or after `knownSince`, when the
 * heartbeat was first heard of), and missing when the grace is over. A run that was started is too long after the grace;
 * starting again does not put off when the success is due. What failed stays failed until a success. These are the rules
 * of Healthchecks, but that a heartbeat which never came is missing as well.
 *
 * The wall clock may step: a time that lies so far ahead that a whole period fits before it cannot be believed, and is an
 * alarm rather than a long silence.
 */
export function judgeHeartbeat(
  { rhythm, graceMs }: { readonly rhythm: Rhythm; readonly graceMs: number },
  { state, knownSince }: { readonly state: HeartbeatRow | undefined; readonly knownSince: Date },
  now: Date,
): HeartbeatVerdict {
  const last = state?.lastSuccessAt
  const from = last ?? knownSince
  const dueAt = nextDue(rhythm, from)
  if (state?.status === 'failed') return { status: 'failed', dueAt, since: state.lastPingAt ?? now }
  const missingAt = dueAt && new Date(dueAt.getTime() + graceMs)
  const tooLongAt = state?.status === 'started' ? tooLong(state, graceMs, now) : undefined
  const next = nextDue(rhythm, now)
  const isBeyondBelief = from > now && (next === undefined || next <= from)
  const isMissing = missingAt === undefined || isBeyondBelief || now > missingAt
  if (tooLongAt !== undefined && now > tooLongAt && !(isMissing && missingAt !== undefined && missingAt < tooLongAt)) {
    return { status: 'started-too-long', dueAt, since: tooLongAt }
  }
  if (isMissing)
    return { status: 'missing', dueAt, since: missingAt === undefined || missingAt > now ? now : missingAt }
  const status = now > (dueAt ?? now) ? 'late' : last === undefined ? 'new' : 'up'
  return { status, dueAt, since: undefined }
}

function nextDue(rhythm: Rhythm, from: Date): Date | undefined {
  return 'everyMs' in rhythm
    ? new Date(from.getTime() + rhythm.everyMs)
    : nextDate(rhythm.at, rhythm.timezone, new Date(from.getTime() + skewMs))
}

/** When the run that goes on has taken too long; at once when its start lies further ahead than it may take. */
function tooLong({ lastStartAt }: HeartbeatRow, graceMs: number, now: Date): Date | undefined {
  if (lastStartAt === undefined) return undefined
  const startedAt = lastStartAt.getTime()
  return new Date(startedAt - now.getTime() > graceMs ? now.getTime() - 1 : startedAt + graceMs)
}
