import { join } from 'node:path'
import { everyKind, shippedKinds } from '../../src/catalog.ts'
import { sharedTexts } from '../../src/cli/texts.ts'
import { loadSystem } from '../../src/config/load-system.ts'
import type { System } from '../../src/config/system.ts'
import { VigieError } from '../../src/core/errors.ts'
import { allMessages } from '../../src/messages.ts'
import { openStore } from '../../src/store/open.ts'
import type { Store } from '../../src/store/store.ts'
import { startDaemon } from '../../src/watch/daemon.ts'
import { watchTexts } from '../../src/watch/texts.ts'
import { createWorld } from '../../src/wire.ts'
import type { OwnClock } from './own-clock.ts'
import type { ScratchSystem } from './scratch-system.ts'

export interface OwnDaemon {
  readonly url: string
  readonly store: Store
  /** What it told whoever runs it. */
  readonly told: readonly string[]
  /** Lets time pass step by step, and all that is due be done at each of them, deliveries included. */
  pass(ms: number, stepMs: number, before?: () => void): Promise<void>
  reload(): Promise<void>
  stop(): Promise<void>
}

/** Each start reads the config anew. */
let reading = 0

/** The daemon of `vigie up` in this process, under a clock that only moves when it is told to, with its state beside the config. */
export async function startOwnDaemon(
  { dir, config: [, file = ''] }: ScratchSystem,
  clock: OwnClock,
  changed: (system: System) => System = (system) => system,
  // This process holds the tests, too.
  residentBytes: () => number = () => 0,
): Promise<OwnDaemon> {
  const systems = [changed(await loadSystem(file, shippedKinds, ++reading))]
  const store = await openStore({ kind: 'sqlite', dir: join(dir, '.vigie') })
  const world = { ...createWorld(), clock }
  const told: string[] = []
  const daemon = await startDaemon({
    engine: { store, world, systems, dataDir: join(dir, '.vigie') },
    systems,
    messages: allMessages(await everyKind(), [...sharedTexts, ...watchTexts]),
    version: 'test',
    residentBytes,
    port: 0,
    host: '127.0.0.1',
    failed: (what, error) => {
      told.push(`${what}: ${error instanceof VigieError ? JSON.stringify(error.text) : String(error)}`)
    },
    load: async () => systems,
    files: () => [],
    reloaded: () => undefined,
  })
  return {
    url: daemon.url,
    store,
    told,
    pass: async (ms, stepMs, before = () => undefined) => {
      for (let passed = 0; passed < ms; passed += stepMs) {
        before()
        clock.advance(stepMs)
        await daemon.settle()
      }
    },
    reload: daemon.reload,
    stop: async () => {
      await daemon.stop()
      await world.http.close()
      await store.close()
    },
  }
}
