import { message } from '../core/message.ts'
import { doesMeetItself, openingAt, windowsOf } from './maintenance-window.ts'
import { nearestNames, type Problem, pathText, unknownName } from './problem.ts'
import { nextDate } from './schedule.ts'
import type { Routine } from './system.ts'
import type { WindowOptions } from './window-schema.ts'

const neverShut = message<{ at: string }>('config.window-never-shut', {
  en: (p) => `opens again ("${p.at}") before it has shut: make it shorter, or let it open less often`,
  fr: (p) => `s'ouvre à nouveau (« ${p.at} ») avant de s'être fermée : raccourcissez-la, ou ouvrez-la moins souvent`,
})
const neverInWindow = message<{ at: string; window: string }>('config.routine-never-in-window', {
  en: (p) =>
    `is never due ("${p.at}") while the window ${p.window} is open, and is not caught up: give it a time within, or none, or missed "once"`,
  fr: (p) =>
    `n'est jamais prévue (« ${p.at} ») pendant que la fenêtre ${p.window} est ouverte, et n'est pas rattrapée : donnez-lui une heure dedans, ou aucune, ou missed "once"`,
})
export const windowMessages = [neverShut, neverInWindow]

/** What a problem of its own keeps from being there is no problem of who names it. */
export interface Unread {
  component(name: string): boolean
  window(name: string): boolean
}

/** Adds what is wrong with maintenance windows, and with routines that wait for one, to `problems`. */
export function checkWindows(
  { windows, timezone }: { readonly windows: Readonly<Record<string, WindowOptions>>; readonly timezone: string },
  routines: ReadonlyMap<string, Routine>,
  components: readonly string[],
  isUnread: Unread,
  problems: Problem[],
): void {
  const all = new Map(windowsOf({ windows }).map((window) => [window.name, window]))
  for (const [name, window] of all) {
    const path = ['windows', name]
    for (const [index, component] of (window.components ?? []).entries()) {
      if (components.includes(component) || isUnread.component(component)) continue
      const hint = nearestNames(component, components)
      problems.push({
        path: pathText([...path, 'components', index]),
        text: unknownName({ name: component }),
        hint,
      })
    }
    const { at } = window
    if (doesMeetItself(window, timezone, aYear)) problems.push({ path: pathText(path), text: neverShut({ at }) })
  }
  for (const { name, at, missed, window: wanted } of routines.values()) {
    if (wanted === undefined) continue
    const path = ['routines', name]
    const window = all.get(wanted)
    if (window === undefined) {
      if (isUnread.window(wanted)) continue
      const hint = nearestNames(wanted, [...all.keys()])
      problems.push({ path: pathText([...path, 'window']), text: unknownName({ name: wanted }), hint })
    } else if (at !== undefined && missed === 'skip' && !isEverWithin(at, window, timezone)) {
      problems.push({ path: pathText([...path, 'at']), text: neverInWindow({ at, window: wanted }) })
    }
  }
}

/** A fixed time to look from: whether a config is right must not hang on the day. Its year has both changes of the clocks. */
const aYear = new Date('2026-01-01T00:00:00Z')
/** Times of a routine that are looked at: of a daily one those of a year, of one every quarter of an hour those of days. */
const mostTimes = 1000

function isEverWithin(at: string, window: Parameters<typeof openingAt>[0], timezone: string): boolean {
  let due = nextDate(at, timezone, aYear)
  for (let count = 0; due !== undefined && count < mostTimes; count++) {
    if (openingAt(window, timezone, due) !== undefined) return true
    due = nextDate(at, timezone, due)
  }
  return false
}
