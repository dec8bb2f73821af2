import { randomUUID } from 'node:crypto'
import { acknowledgeAlert } from '../api/acknowledge-alert.ts'
import { type Api, createApi } from '../api/create-api.ts'
import { createWatchMetrics } from '../api/watch-metrics.ts'
import type { System } from '../config/system.ts'
import type { AnyMessage } from '../core/message.ts'
import type { Engine } from '../engine/engine.ts'
import { heartbeatsOf } from '../heartbeats/heartbeat.ts'
import { createKeyRing } from '../heartbeats/key-ring.ts'
import { createPingReceiver } from '../heartbeats/receive-ping.ts'
import { createMetricsHistory } from '../metrics/metrics-history.ts'
import { createDispatcher } from '../notify/dispatcher.ts'
import { linkKey, verifyToken } from '../notify/links.ts'
import { pingDeadman } from './deadman.ts'
import { createHealth } from './health.ts'
import { createPointBuffer } from './point-buffer.ts'
import { createPump } from './pump.ts'
import type { Entry } from './timetable.ts'
import { type WatchOne, watchOne } from './watch-one.ts'

export interface DaemonParts {
  readonly engine: Engine
  readonly systems: readonly System[]
  readonly messages: ReadonlyMap<string, AnyMessage>
  readonly version: string
  readonly port: number
  readonly host: string
  /** A line for whoever runs it: what failed, of what. */
  failed(what: string, error: unknown): void
}

export interface Daemon {
  readonly url: string
  /** Ends what was begun, keeps what was seen, and closes. */
  stop(): Promise<void>
}

const rounds: readonly Entry[] = [
  { id: ' deliver', everyMs: 1000 },
  { id: ' flush', everyMs: 5000 },
  { id: ' deadman', everyMs: 60_000 },
  { id: ' history', everyMs: 3_600_000 },
]

/** Watches until it is stopped. Throws when it cannot begin: the port is taken, the state cannot be read, a key is missing. */
export async function startDaemon(parts: DaemonParts): Promise<Daemon> {
  const { engine, messages, failed } = parts
  const { store, world } = engine
  const { clock } = world
  const stopping = new AbortController()
  const metrics = createWatchMetrics(parts.version, clock.now())
  const health = createHealth(() => clock.monotonicMs())
  const points = createPointBuffer(store.series)
  const links = await linkKey(store.ownKeys, clock.now())
  const told = (what: string, error: unknown): void => {
    if (isOfStore(error)) health.couldNotWrite(error.message)
    failed(what, error)
  }
  const watched: WatchOne[] = []
  for (const system of parts.systems) {
    const looked = (status: string): void => metrics.checks.of(system.name, status).add()
    const one = { engine, system, points, messages, linkKey: links, signal: stopping.signal, failed: told, looked }
    watched.push(await watchOne(one))
  }
  const history = createMetricsHistory({
    series: store.series,
    dataDir: engine.dataDir,
    keep: parts.systems.map(({ settings }) => settings.metrics.keep),
  })
  const dispatcher = createDispatcher({
    outbox: store.outbox,
    clock,
    http: world.http,
    systems: () => watched.map(({ notify }) => notify),
    messages,
    sender: randomUUID(),
  })
  const own: Readonly<Record<string, () => Promise<void>>> = {
    ' deliver': async () => {
      for (const { channel, state } of await dispatcher.tick()) {
        metrics.deliveries.of(channel, state === 'waiting' ? 'refused' : state).add()
      }
    },
    ' flush': async () => {
      await points.flush()
      health.wrote()
      const waiting = await store.outbox.list({ state: 'waiting', limit: 1000 })
      metrics.outbox.of().set(waiting.length)
      for (const state of ['pending', 'firing'] as const) {
        metrics.alerts.of(state).set((await store.alerts.list({ states: [state], limit: 1000 })).length)
      }
    },
    ' history': async () => {
      await history.tend(clock.now().getTime())
    },
    ' deadman': async () => {
      if (health.problem() !== undefined) return
      for (const { system } of watched) await pingDeadman(system, world.http)
    },
  }
  const work = async (id: string): Promise<void> => {
    const mine = own[id]
    try {
      if (mine !== undefined) await mine()
      else await watched.find(({ system }) => id.startsWith(`${system.name} `))?.work(id)
    } catch (error) {
      told(id.trim(), error)
    }
  }
  const entries = [...rounds, ...watched.flatMap((one) => one.entries)]
  const pump = createPump(clock, entries, work, (ms) => metrics.scheduleLag.of().observe(ms / 1000))
  const api = await listening(parts, { watched, metrics, health, links })
  await own[' flush']?.()
  pump.start()
  return {
    url: api.url,
    stop: async () => {
      stopping.abort()
      await pump.stop()
      await dispatcher.stop()
      await points.flush().catch((error: unknown) => failed('flush', error))
      for (const one of watched) await one.close()
      await history.close()
      await api.close()
    },
  }
}

interface Serving {
  readonly watched: readonly WatchOne[]
  readonly metrics: ReturnType<typeof createWatchMetrics>
  readonly health: ReturnType<typeof createHealth>
  readonly links: string
}

async function listening(
  { engine, messages, port, host, failed, systems }: DaemonParts,
  { watched, metrics, health, links }: Serving,
): Promise<{ readonly url: string; close: Api['close'] }> {
  const { store, world } = engine
  const { clock } = world
  const keys = await createKeyRing(systems.flatMap(heartbeatsOf))
  const api = createApi({
    defaultLocale: systems[0]?.settings.locale ?? 'en',
    messages: () => messages,
    readiness: async () => {
      const reason = health.problem()
      return reason === undefined ? { isReady: true } : { isReady: false, reason }
    },
    metrics,
    receivePing: createPingReceiver({ keys, store: store.heartbeats, clock }),
    acknowledge: {
      verifyToken: async (token) => {
        const link = verifyToken(links, token, 'acknowledge', clock.now())
        if (link.isValid) return { alert: link.subject, by: 'link' }
        return { reason: link.why === 'expired' ? 'expired' : 'invalid' }
      },
      find: (alert) => store.alerts.get(alert),
      acknowledge: (alert, by) => acknowledgeAlert(store, clock, alert, by),
      timeZone: (name) => watched.find(({ system }) => system.name === name)?.system.settings.timezone ?? 'UTC',
      now: () => clock.now(),
    },
    alertmanager: { token: () => undefined, handle: async () => undefined },
    onError: (error) => failed('http', error),
  })
  const { url } = await api.listen({ port, host })
  return { url, close: () => api.close() }
}

function isOfStore(error: unknown): error is Error {
  return (
    error instanceof Error && 'code' in error && /^store-|ENOSPC|EROFS|SQLITE|^5[0-9A-Z]{4}$/.test(String(error.code))
  )
}
