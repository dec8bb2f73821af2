import type { CheckStep, System } from '../config/system.ts'
import type { Alert } from '../core/alert.ts'
import type { Text } from '../core/message.ts'
import { isAtLeast } from '../core/words.ts'
import type { LastLookRow, WatchBeat } from '../store/last-look-store.ts'
import { beatMs } from './last-look-round.ts'

/** Three beats and a bit: whoever is silent for longer does not watch. */
export const silentAfterMs = 3.5 * beatMs
/** A look may wait for others, and is written with the next beat: so much later than its rhythm says it is still fresh. */
const slackMs = 2 * beatMs

/** The latest look of the watch at one check. */
export interface LookState {
  readonly step: string
  readonly component: string
  /** As of a check; undefined: never looked at. */
  readonly status: string | undefined
  readonly reason: Text | undefined
  readonly at: Date | undefined
  readonly everyMs: number
  /** Too old to tell how it stands now. */
  readonly isOld: boolean
}

export interface WatchedComponent {
  readonly name: string
  /** unknown: a look is missing, too old, or could not tell, and none of the others is worse. Never well without fresh looks. */
  readonly state: 'well' | 'warns' | 'fails' | 'unknown'
  readonly checks: number
  /** The oldest and the newest of its last looks. */
  readonly oldestAt: Date | undefined
  readonly newestAt: Date | undefined
  /** Alerts that fire. */
  readonly alerts: number
}

/** What the watch of a system saw last, and whether it watches at all. */
export interface WatchState {
  /** never: nobody ever did; stopped: it was told to end; silent: it should watch, and gives no sign of life. */
  readonly state: 'watching' | 'stopped' | 'silent' | 'never'
  readonly startedAt: Date | undefined
  readonly seenAt: Date | undefined
  readonly host: string | undefined
  readonly components: readonly WatchedComponent[]
  readonly looks: readonly LookState[]
  /** Those that fire, of components and of the rest. */
  readonly alerts: readonly Alert[]
}

/**
 * What is known of a system without asking it: no look is taken for the present when nobody watches, or when it is older
 * than its rhythm allows.
 */
export function watchState(
  system: System,
  beat: WatchBeat | undefined,
  kept: readonly LastLookRow[],
  firing: readonly Alert[],
  now: Date,
): WatchState {
  const state = stateOf(beat, now)
  const known = new Map(kept.map((row) => [row.step, row]))
  const watched = [...system.steps.values()].flatMap((step) => (isWatched(step) ? [step] : []))
  const looks = watched.map(({ id, component, watch: { everyMs } }): LookState => {
    const { status, reason, at } = known.get(id) ?? {}
    const isOld = state !== 'watching' || at === undefined || now.getTime() - at.getTime() > everyMs + slackMs
    return { step: id, component: component.name, status, reason, at, everyMs, isOld }
  })
  const components = [...Map.groupBy(looks, ({ component }) => component)].map(([name, own]): WatchedComponent => {
    const times = own.flatMap(({ at }) => at ?? []).toSorted((a, b) => a.getTime() - b.getTime())
    return {
      name,
      state: worstOf(own),
      checks: own.length,
      oldestAt: times[0],
      newestAt: times.at(-1),
      alerts: firing.filter(({ component }) => component === name).length,
    }
  })
  const { startedAt, at: seenAt, host } = beat ?? {}
  return { state, startedAt, seenAt, host, components, looks, alerts: firing }
}

type WatchedStep = CheckStep & { readonly watch: { readonly everyMs: number } }

function isWatched(step: { readonly type: string; readonly watch?: unknown }): step is WatchedStep {
  return step.type === 'check' && step.watch !== undefined
}

function stateOf(beat: WatchBeat | undefined, now: Date): WatchState['state'] {
  if (beat === undefined) return 'never'
  if (beat.stoppedAt !== undefined) return 'stopped'
  // A beat from the future is one from before the clock stepped back: no sign of life either.
  return Math.abs(now.getTime() - beat.at.getTime()) > silentAfterMs ? 'silent' : 'watching'
}

/** Only fresh looks count, and one that is missing or old leaves the rest in doubt, unless something fails anyway. */
function worstOf(looks: readonly LookState[]): WatchedComponent['state'] {
  const fresh = looks.filter(({ isOld }) => !isOld)
  if (fresh.some(({ status }) => status === 'fail')) return 'fails'
  const told = fresh.filter(({ status }) => isTold(status))
  const isSure =
    told.length > 0 && looks.every(({ isOld, status }) => !isOld && (status === 'skipped' || isTold(status)))
  if (!isSure) return 'unknown'
  return told.some(({ status }) => status === 'warn') ? 'warns' : 'well'
}

function isTold(status: string | undefined): boolean {
  return status === 'pass' || status === 'warn'
}

type Overall = 'healthy' | 'degraded' | 'down' | 'unknown'

/**
 * How a system stands by its routines and its watch together: an alert that fires is as good as a step that fails, and
 * nothing is called healthy that a watch should see and does not.
 */
export function overallState(byRoutines: Overall, { state, components, alerts }: WatchState): Overall {
  const has = (wanted: WatchedComponent['state']): boolean => components.some((one) => one.state === wanted)
  if (byRoutines === 'down' || alerts.some(({ severity }) => isAtLeast(severity, 'high')) || has('fails')) return 'down'
  if (state === 'silent' || (state === 'watching' && has('unknown'))) return 'unknown'
  if (byRoutines !== 'healthy') return byRoutines
  return alerts.length > 0 || has('warns') ? 'degraded' : 'healthy'
}
