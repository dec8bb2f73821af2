import { windowOf } from '../../alerts/silences.ts'
import { type Opening, openingAt, windowsOf } from '../../config/maintenance-window.ts'
import type { Alert } from '../../core/alert.ts'
import { type Severity, severities } from '../../core/words.ts'
import type { SilenceRow } from '../../store/watch-store.ts'
import type { Vigie } from '../../wire.ts'

/** Alerts of one system that are looked through; more than a small team can have. */
const mostOpen = 10_000

/** What made an alert quiet. `silence` is what holds of it now; undefined when it was a run, or is over. */
export interface Quiet {
  readonly id: string
  readonly kind: 'silence' | 'window' | 'alert' | 'run'
  readonly silence: SilenceRow | undefined
}

/** Alerts of the loaded systems that are pending or firing, in no order. */
export async function openAlerts({ store, systems }: Pick<Vigie, 'store' | 'systems'>): Promise<readonly Alert[]> {
  const states = ['pending', 'firing'] as const
  const all = systems.map(({ name }) => store.alerts.list({ system: name, states, limit: mostOpen }))
  return (await Promise.all(all)).flat()
}

/** The silences of the loaded systems that hold now. */
export async function presentSilences({ store, systems, engine }: Vigie): Promise<readonly SilenceRow[]> {
  const now = engine.world.clock.now()
  return (await Promise.all(systems.map(({ name }) => store.silences.at(name, now)))).flat()
}

/** A maintenance window that is open now. */
export interface PresentWindow extends Opening {
  readonly system: string
  readonly name: string
  readonly components: readonly string[] | undefined
}

export function presentWindows({ systems, engine }: Vigie): readonly PresentWindow[] {
  const now = engine.world.clock.now()
  return systems.flatMap(({ name: system, settings }) =>
    windowsOf(settings).flatMap(({ name, components, ...window }): PresentWindow[] => {
      const opening = openingAt(window, settings.timezone, now)
      return opening === undefined ? [] : [{ system, name, components, ...opening }]
    }),
  )
}

/** What fires before what may yet fire, the worst first, then the oldest. */
export function worstFirst(a: Alert, b: Alert): number {
  const rank = ({ state, severity }: { state: Alert['state']; severity: Severity }): number =>
    severities.indexOf(severity) + (state === 'firing' ? severities.length : 0)
  return rank(b) - rank(a) || a.startedAt.getTime() - b.startedAt.getTime() || (a.id < b.id ? -1 : 1)
}

/** Alerts begin with `a`, silences with `s`, runs with `r`, and windows say that they are: nothing else makes an alert quiet. */
export function quietOf({ silencedBy: id }: Alert, silences: readonly SilenceRow[]): Quiet | undefined {
  if (id === undefined) return undefined
  const window = windowOf(id)
  if (window !== undefined) return { id: window, kind: 'window', silence: undefined }
  const kind = id.startsWith('s') ? 'silence' : id.startsWith('a') ? 'alert' : 'run'
  return { id, kind, silence: silences.find((one) => one.id === id) }
}
