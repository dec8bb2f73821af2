import { isAtLeast, type Severity } from '../core/words.ts'
import type { NotifySystem } from './notify-system.ts'

/**
 * The channels on which something is told, in the order of the config: those of every route that fits. What fits no
 * route is told on all: an alert that nobody thought of must not be the one that nobody hears.
 */
export function channelsFor(
  { channels, routes }: Pick<NotifySystem, 'channels' | 'routes'>,
  about: { readonly severity: Severity; readonly component: string },
): readonly string[] {
  const names = channels.map(({ name }) => name)
  const fitting = routes.filter(
    ({ severity, components }) =>
      (severity === undefined || isAtLeast(about.severity, severity)) &&
      (components === undefined || components.includes(about.component)),
  )
  const told = new Set(fitting.flatMap(({ to }) => to))
  return fitting.length === 0 ? names : names.filter((name) => told.has(name))
}
