import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { everyChannelKind } from '../../src/catalog.ts'
import type { ConfiguredChannel } from '../../src/config/system.ts'
import type { AttemptOutcome } from '../../src/notify/conclude.ts'
import { createDispatcher, type Dispatcher } from '../../src/notify/dispatcher.ts'
import type { NotifySystem } from '../../src/notify/notify-system.ts'
import { createHttpClient } from '../../src/platform/http-client.ts'
import { openStore } from '../../src/store/open.ts'
import type { Store } from '../../src/store/store.ts'
import { notifyTexts } from './notifications.ts'
import { type OwnClock, ownClock } from './own-clock.ts'

type WrittenChannel = { readonly kind: string; readonly fallback?: string; readonly [option: string]: unknown }

export async function notifySystemWith(channels: Readonly<Record<string, WrittenChannel>>): Promise<NotifySystem> {
  const kinds = await everyChannelKind()
  const configured: ConfiguredChannel[] = Object.entries(channels).map(
    ([name, { kind: kindName, fallback, ...options }]) => {
      const kind = kinds.find((one) => one.kind === kindName)
      if (kind === undefined) throw new Error(`no channel kind ${kindName}`)
      return { name, kind, options: kind.options.parse(options), fallback }
    },
  )
  return {
    name: 'shop',
    locale: 'en',
    timezone: 'UTC',
    baseDir: '/',
    publicUrl: undefined,
    channels: configured,
    routes: [],
  }
}

export interface NotifyWorld extends AsyncDisposable {
  readonly store: Store
  readonly clock: OwnClock
  /** Another process on the same store, as far as a dispatcher can tell. */
  dispatcher(sender: string, system?: NotifySystem): Dispatcher
  /** Ticks until nothing is due at this time; gives how the attempts ended. */
  settle(dispatcher: Dispatcher): Promise<readonly AttemptOutcome[]>
}

/** A real SQLite state in a folder of its own, and real HTTP. */
export async function notifyWorld(
  system: NotifySystem,
  start = new Date('2026-11-21T10:00:00Z'),
): Promise<NotifyWorld> {
  const dir = await mkdtemp(join(tmpdir(), 'vigie-notify-'))
  const store = await openStore({ kind: 'sqlite', dir })
  const clock = ownClock(start)
  const http = createHttpClient({})
  return {
    store,
    clock,
    dispatcher: (sender, own = system) =>
      createDispatcher({
        outbox: store.outbox,
        clock,
        http,
        systems: () => [own],
        messages: notifyTexts,
        sender,
        random: () => 0.5,
      }),
    settle: async (dispatcher) => {
      const first = await dispatcher.tick()
      await dispatcher.idle()
      return [...first, ...(await dispatcher.tick())]
    },
    [Symbol.asyncDispose]: async () => {
      await http.close()
      await store.close()
      await rm(dir, { recursive: true })
    },
  }
}
