import type { Route, System } from '../config/system.ts'
import { type Severity, severities } from '../core/words.ts'
import { channelsFor } from '../notify/route.ts'

/** Alerts of some components and severities, and the channels on which they are told. */
export interface Branch {
  /** Undefined: of all that no other branch names. */
  readonly components: readonly string[] | undefined
  readonly severities: readonly Severity[]
  readonly channels: readonly string[]
}

/**
 * The routes of a system as branches of which each alert fits exactly one: Alertmanager would tell twice what fits two
 * routes, Vigie tells each channel once. The branch of all other components comes last.
 */
export function branchesOf(system: Pick<System, 'channels' | 'routes'>): readonly Branch[] {
  const named = [...new Set(system.routes.flatMap(({ components }: Route) => components ?? []))]
  const ofComponent = (component: string): readonly Branch[] => {
    const told = severities.map((severity) => ({ severity, channels: channelsFor(system, { severity, component }) }))
    const alike = Map.groupBy(told, ({ channels }) => channels.join(' '))
    return [...alike.values()].map((group) => ({
      components: [component],
      severities: group.map(({ severity }) => severity),
      channels: group[0]?.channels ?? [],
    }))
  }
  const others = ofComponent(nobody).map((branch) => ({ ...branch, components: undefined }))
  return [...named.flatMap(ofComponent), ...others]
}

/** No name of a component: those begin with a letter or digit. */
const nobody = '-'
