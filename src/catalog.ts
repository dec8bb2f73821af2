import type { AnyChannelKind } from './core/channel.ts'
import type { AnyComponentKind, KindLibrary } from './core/component.ts'
import { shippedChannels } from './notify/catalog.ts'

/**
 * Every component kind that comes with Vigie, with its checks and tasks. Each is loaded when a config names it: a start
 * costs what the system uses, not what there is.
 */
export const componentCatalog = {
  http: async () => (await import('./integrations/http/component.ts')).httpComponent,
  tls: async () => (await import('./integrations/tls/component.ts')).tlsComponent,
  tcp: async () => (await import('./integrations/tcp/component.ts')).tcpComponent,
  host: async () => (await import('./integrations/host/component.ts')).hostComponent,
  files: async () => (await import('./catalog/files.ts')).filesKind,
  command: async () => (await import('./integrations/command/component.ts')).commandComponent,
  git: async () => (await import('./catalog/git.ts')).gitKind,
  runtime: async () => (await import('./integrations/runtime/component.ts')).runtimeComponent,
  postgres: async () => (await import('./integrations/postgres/component.ts')).postgresComponent,
  backups: async () => (await import('./catalog/backups.ts')).backupsKind,
  compose: async () => (await import('./integrations/compose/component.ts')).composeComponent,
  volume: async () => (await import('./integrations/docker/component.ts')).volumeComponent,
  'own-state': async () => (await import('./backups/own-state/component.ts')).ownStateComponent,
  'config-set': async () => (await import('./integrations/config-set/component.ts')).configSetComponent,
  orphans: async () => (await import('./data/orphans/component.ts')).orphansComponent,
} as const satisfies Readonly<Record<string, () => Promise<AnyComponentKind>>>

export const shippedKinds: KindLibrary = {
  names: Object.keys(componentCatalog),
  load: async (names) =>
    Promise.all(Object.entries(componentCatalog).flatMap(([name, load]) => (names.includes(name) ? [load()] : []))),
  channels: shippedChannels,
  ruleProblems: async (written) => (await import('./alerts/rule-problems.ts')).ruleProblems(written),
}

export function everyKind(): Promise<readonly AnyComponentKind[]> {
  return shippedKinds.load(shippedKinds.names)
}

export function everyChannelKind(): Promise<readonly AnyChannelKind[]> {
  return shippedChannels.load(shippedChannels.names)
}
