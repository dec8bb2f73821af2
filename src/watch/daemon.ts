import { randomBytes, randomUUID } from 'node:crypto'
import { createWatchMetrics } from '../api/watch-metrics.ts'
import type { System } from '../config/system.ts'
import { VigieError } from '../core/errors.ts'
import type { AnyMessage } from '../core/message.ts'
import type { Point } from '../core/series.ts'
import type { Engine } from '../engine/engine.ts'
import { createMetricsHistory } from '../metrics/metrics-history.ts'
import { createDispatcher } from '../notify/dispatcher.ts'
import { linkKey } from '../notify/links.ts'
import { collectGarbage } from '../platform/collect-garbage.ts'
import { createChangedFiles } from './changed-files.ts'
import { deadmanOf, pingDeadman } from './deadman.ts'
import { createDirectNotice } from './direct-notice.ts'
import { alertmanagerToken } from './from-alertmanager.ts'
import { createHealth } from './health.ts'
import { createMemoryBudget, memoryBudgetBytes, memoryEveryMs } from './memory-budget.ts'
import type { OwnTrouble } from './own-trouble.ts'
import { createPointBuffer } from './point-buffer.ts'
import { createPump } from './pump.ts'
import { type ServeParts, serve } from './serve.ts'
import type { Entry } from './timetable.ts'
import { type WatchOne, watchOne } from './watch-one.ts'

export interface DaemonParts {
  readonly engine: Engine
  readonly systems: readonly System[]
  readonly messages: ReadonlyMap<string, AnyMessage>
  readonly version: string
  readonly port: number
  readonly host: string
  /** What this process holds of the memory. */
  residentBytes(): number
  /** A line for whoever runs it: what failed, of what. */
  failed(what: string, error: unknown): void
  /** Reads the configs anew. Throws what makes them unusable. */
  load(): Promise<readonly System[]>
  /** What the configs were read from. */
  files(): readonly string[]
  /** The systems are watched as the configs say now. */
  reloaded(): void
}

export interface Daemon {
  readonly url: string
  /** Watches as the configs say now. One that cannot be used changes nothing, and is told. */
  reload(): Promise<void>
  /** Does what is due now, deliveries included, and waits until it is done; for tests with a clock of their own. */
  settle(): Promise<void>
  /** Ends what was begun, keeps what was seen, and closes. */
  stop(): Promise<void>
}

const rounds: readonly Entry[] = [
  { id: ' deliver', everyMs: 1000 },
  { id: ' direct', everyMs: 1000 },
  { id: ' flush', everyMs: 5000 },
  { id: ' memory', everyMs: memoryEveryMs },
  { id: ' history', everyMs: 3_600_000 },
  { id: ' config', everyMs: 5000 },
]

/** Watches until it is stopped. Throws when it cannot begin: the port is taken, the state cannot be read, a key is missing. */
export async function startDaemon(parts: DaemonParts): Promise<Daemon> {
  const { engine, messages, failed } = parts
  const { store, world } = engine
  const { clock } = world
  const stopping = new AbortController()
  const metrics = createWatchMetrics(parts.version, clock.now())
  const budget = 'Memory that it keeps to; more for five minutes is an alert.'
  metrics.registry.read('gauge', 'vigie_memory_budget_bytes', budget, () => memoryBudgetBytes)
  const lost = 'Numbers given up because they could not be written for too long.'
  metrics.registry.read('counter', 'vigie_lost_points_total', lost, () => points.lost)
  const health = createHealth(() => clock.monotonicMs())
  const points = createPointBuffer(store.series)
  const links = await linkKey(store.ownKeys, clock.now())
  const told = (what: string, error: unknown): void => {
    if (isOfStore(error)) health.couldNotWrite(error)
    failed(what, error)
  }
  let deliverSoon = (): void => undefined
  const begin = async (systems: readonly System[]): Promise<WatchOne[]> => {
    const begun: WatchOne[] = []
    const shared = { engine, points, messages, linkKey: links, signal: stopping.signal, failed: told }
    for (const system of systems) {
      const looked = (status: string): void => metrics.checks.of(system.name, status).add()
      begun.push(await watchOne({ ...shared, system, looked, decided: () => deliverSoon() }))
    }
    return begun
  }
  let watched = await begin(parts.systems)
  // By name it would not do: one may be the beginning of another.
  let owners = ownersOf(watched)
  const configs = createChangedFiles(parts.files)
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
  const direct = createDirectNotice({
    clock,
    http: world.http,
    health,
    systems: () => watched.map(({ notify }) => notify),
    messages,
    signal: stopping.signal,
    refused: (channel, reason) => failed(channel, new VigieError('no-answer', reason)),
  })
  const { residentBytes } = parts
  const memory = createMemoryBudget({ residentBytes, collect: collectGarbage })
  /** What was found of the memory once, until it is kept. */
  let untold: { readonly found: OwnTrouble | undefined } | undefined
  const own: Readonly<Record<string, () => Promise<void>>> = {
    ' deliver': async () => {
      for (const { system, channel, state, attempts, reason } of await dispatcher.tick()) {
        metrics.deliveries.of(channel, state === 'waiting' ? 'refused' : state).add()
        // Once when it is refused first and once when nobody tries any more: the attempts between say nothing new.
        const isNews = attempts === 1 || state === 'given-up'
        if (reason !== undefined && isNews) failed(`${system} ${channel}`, new VigieError('no-answer', reason))
      }
    },
    ' direct': () => direct.tick(),
    ' memory': async () => {
      points.add(parts.systems[0]?.name ?? '', [ownMemory(clock.now())])
      const found = memory()
      if (found !== 'unchanged') untold = { found }
      if (untold === undefined) return
      // All systems share this process: one of them tells.
      await watched[0]?.tellOwn('memory', untold.found)
      untold = undefined
    },
    ' flush': async () => {
      // With nothing to write nothing would show that it cannot be written.
      if (points.waiting === 0 && health.needsProof) points.add(parts.systems[0]?.name ?? '', [ownMemory(clock.now())])
      const isWriting = points.waiting > 0
      await points.flush()
      if (isWriting) health.wrote()
      const waiting = await store.outbox.list({ state: 'waiting', limit: 1000 })
      metrics.outbox.of().set(waiting.length)
      for (const state of ['pending', 'firing'] as const) {
        metrics.alerts.of(state).set((await store.alerts.list({ states: [state], limit: 1000 })).length)
      }
    },
    ' history': async () => {
      await history.tend(clock.now().getTime())
    },
    ' config': async () => {
      if (await configs.look()) void reload()
    },
  }
  /** Each system has its own: one that does not answer holds up no other. */
  const deadmen = () =>
    watched.flatMap(({ system }) => {
      const deadman = deadmanOf(system)
      return deadman === undefined ? [] : [{ id: ` deadman ${system.name}`, baseDir: system.baseDir, ...deadman }]
    })
  const ping = async (id: string): Promise<void> => {
    const deadman = deadmen().find((one) => one.id === id)
    if (deadman !== undefined && health.problem() === undefined) {
      await pingDeadman(deadman, deadman.baseDir, world.http)
    }
  }
  const work = async (id: string): Promise<void> => {
    const mine = own[id]
    try {
      if (mine !== undefined) await mine()
      else if (id.startsWith(' deadman ')) await ping(id)
      else await owners.get(id)?.work(id)
    } catch (error) {
      told(id.trim(), error)
    }
  }
  const entries = (): Entry[] => [...rounds, ...deadmen(), ...watched.flatMap((one) => one.entries)]
  const pump = createPump(clock, entries(), work, (ms) => metrics.scheduleLag.of().observe(ms / 1000))
  deliverSoon = () => pump.soon(' deliver')
  const { port, host } = parts
  const makeToken = (): string => randomBytes(32).toString('base64url')
  const token = await store.ownKeys.getOrMake(alertmanagerToken, makeToken, clock.now())
  // The system that its labels name; without one, all are told: better twice than never.
  const takeAlerts: ServeParts['takeAlerts'] = async (sent, channels) => {
    for (const one of watched) {
      const mine = sent.filter(({ labels }) => {
        return labels['system'] === one.system.name || !watched.some(({ system }) => system.name === labels['system'])
      })
      await one.takeAlerts(mine, channels)
    }
  }
  const watches = (): readonly WatchOne[] => watched
  const shared = { engine, messages, metrics, health, links, port, host, failed, watches }
  const serving = { ...shared, alertmanagerToken: token, takeAlerts }
  const http = await serve(serving, parts.systems)
  let reloading: Promise<void> = Promise.resolve()
  const reload = (): Promise<void> => {
    reloading = reloading.then(reloadNow)
    return reloading
  }
  const reloadNow = async (): Promise<void> => {
    if (stopping.signal.aborted) return
    try {
      const systems = await parts.load()
      // No look is under way while one takes over from the other: both would decide about the same things.
      await pump.pause()
      const next = await begin(systems)
      await http.use(systems)
      const before = watched
      watched = next
      owners = ownersOf(watched)
      for (const one of before) await one.close()
      for (const one of watched) await one.configTaken()
      parts.reloaded()
    } catch (error) {
      told('config', error)
      for (const one of watched) await one.configRefused().catch((failure: unknown) => told('config', failure))
    }
    pump.replace(entries())
    if (!stopping.signal.aborted) pump.start()
  }
  await configs.look()
  await own[' flush']?.()
  // It was read: what was wrong with it at the end of the watch before is mended.
  for (const one of watched) await one.configTaken()
  pump.start()
  return {
    url: http.url,
    reload,
    settle: async () => {
      pump.pump()
      await pump.idle()
      await work(' deliver')
      await dispatcher.idle()
    },
    stop: async () => {
      stopping.abort()
      await pump.stop()
      // Only a tick gives up a delivery that hangs.
      const tick = (): Promise<unknown> => dispatcher.tick().catch((error: unknown) => failed('deliver', error))
      const ticking = setInterval(() => void tick(), 1000)
      await dispatcher.stop()
      clearInterval(ticking)
      await points.flush().catch((error: unknown) => failed('flush', error))
      for (const one of watched) await one.close()
      await history.close()
      await http.close()
    },
  }
}

function ownMemory(now: Date): Point {
  return { name: 'vigie_memory_bytes', labels: {}, at: now.getTime(), value: process.memoryUsage.rss() }
}

function ownersOf(watched: readonly WatchOne[]): ReadonlyMap<string, WatchOne> {
  return new Map(watched.flatMap((one) => one.entries.map(({ id }) => [id, one] as const)))
}

function isOfStore(error: unknown): error is Error {
  return (
    error instanceof Error && 'code' in error && /^store-|ENOSPC|EROFS|SQLITE|^5[0-9A-Z]{4}$/.test(String(error.code))
  )
}
