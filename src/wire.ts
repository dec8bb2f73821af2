import { dirname, join, resolve } from 'node:path'
import { loadSystem } from './config/load-system.ts'
import { findConfig } from './config/read-config.ts'
import type { System } from './config/system.ts'
import { systemClock } from './core/clock.ts'
import type { KindLibrary } from './core/component.ts'
import { VigieError } from './core/errors.ts'
import type { Engine } from './engine/engine.ts'
import { secretMissing, secretMissingHint } from './engine/messages.ts'
import { recoverInterrupted } from './engine/recover.ts'
import type { World } from './engine/step-context.ts'
import { readSecret, secretName } from './platform/secrets.ts'
import { openStore } from './store/open.ts'
import type { Store } from './store/store.ts'
import { dataNeeded, oneSystem } from './wire-messages.ts'

/** The parts put together for one command or one daemon. */
export interface Vigie {
  readonly systems: readonly System[]
  readonly store: Store
  readonly engine: Engine
  /** The one system that a command acts on. Throws `usage` when several are loaded. */
  readonly system: System
  close(): Promise<void>
}

export interface WireOptions {
  readonly cwd: string
  /** Config files as they were named; none: the nearest one from `cwd` upwards. */
  readonly configs: readonly string[]
  readonly dataDir: string | undefined
  readonly kinds: KindLibrary
}

export function configFiles({ cwd, configs }: Pick<WireOptions, 'cwd' | 'configs'>): string[] {
  return configs.length === 0 ? [findConfig(cwd, undefined)] : configs.map((named) => findConfig(cwd, named))
}

/** Loads the systems, opens the store they share, marks what a crash left and ends what it left running. */
export async function wire(options: WireOptions): Promise<Vigie> {
  const files = configFiles(options)
  const dataDir = dataFolder(options, files)
  const systems: System[] = []
  for (const file of files) systems.push(await loadSystem(file, options.kinds))
  const store = await openState(systems, dataDir)
  const world = createWorld()
  const interrupted = await recoverInterrupted(store, world.clock)
  if (interrupted.length > 0) await (await import('./platform/orphans.ts')).endOrphans()
  return {
    systems,
    store,
    engine: { store, world, systems, dataDir },
    get system() {
      const [first, ...others] = systems
      if (first === undefined || others.length > 0) throw new VigieError('usage', oneSystem({}))
      return first
    },
    close: async () => {
      await world.http.close()
      await store.close()
    },
  }
}

/** Where the state of these configs is kept, unless they name a server. Throws `usage` when several leave it open. */
export function dataFolder({ cwd, dataDir }: Pick<WireOptions, 'cwd' | 'dataDir'>, files: readonly string[]): string {
  if (files.length > 1 && dataDir === undefined) throw new VigieError('usage', dataNeeded({}))
  return resolve(cwd, dataDir ?? join(dirname(files[0] ?? cwd), '.vigie'))
}

export async function openState(systems: readonly System[], dataDir: string): Promise<Store> {
  return openStore(await storeOf(systems, dataDir))
}

async function storeOf(systems: readonly System[], dataDir: string): Promise<Parameters<typeof openStore>[0]> {
  const named = systems.find(({ settings }) => settings.store !== undefined)
  const url = named?.settings.store?.url
  if (named === undefined || url === undefined) return { kind: 'sqlite', dir: dataDir }
  const value = await readSecret(url, named.baseDir)
  if (value !== undefined) return { kind: 'postgres', url: value }
  const name = secretName(url)
  throw new VigieError('secret-missing', secretMissing({ name }), { hint: secretMissingHint({ name }) })
}

/** The real outside world; its parts are loaded when they are first used. */
export function createWorld(): World {
  let http: Promise<World['http']> | undefined
  const client = (): Promise<World['http']> => {
    http ??= import('./platform/http-client.ts').then(({ createHttpClient }) => createHttpClient({}))
    return http
  }
  return {
    clock: systemClock,
    http: {
      send: async (request, signal) => (await client()).send(request, signal),
      close: async () => (await http)?.close(),
    },
    runCommand: async (spec, options) => (await import('./platform/command-runner.ts')).runCommand(spec, options),
  }
}
