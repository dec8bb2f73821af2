import { acknowledgeAlert } from '../api/acknowledge-alert.ts'
import type { AlertmanagerAlert } from '../api/alertmanager-webhook.ts'
import { type Api, createApi } from '../api/create-api.ts'
import { isLoopbackName } from '../api/routes/overview.ts'
import type { createWatchMetrics } from '../api/watch-metrics.ts'
import type { System } from '../config/system.ts'
import type { AnyMessage } from '../core/message.ts'
import type { Engine } from '../engine/engine.ts'
import { heartbeatsOf } from '../heartbeats/heartbeat.ts'
import { createKeyRing } from '../heartbeats/key-ring.ts'
import { createPingReceiver } from '../heartbeats/receive-ping.ts'
import { readAcknowledgeToken } from '../notify/links.ts'
import type { createHealth } from './health.ts'
import { createOverview, type OverviewParts } from './overview.ts'

export interface ServeParts {
  readonly engine: Engine
  readonly messages: ReadonlyMap<string, AnyMessage>
  readonly metrics: ReturnType<typeof createWatchMetrics>
  readonly health: ReturnType<typeof createHealth>
  /** The key that signs links. */
  readonly links: string
  readonly port: number
  readonly host: string
  failed(what: string, error: unknown): void
  /** What an Alertmanager shows to be let in. */
  readonly alertmanagerToken: string
  takeAlerts(sent: readonly AlertmanagerAlert[], channels: readonly string[] | undefined): Promise<void>
  /** The systems as they are watched now. */
  watches: OverviewParts['watches']
}

/** The HTTP side of the daemon. */
export interface Served {
  readonly url: string
  /** Takes over the heartbeats and time zones of other systems. Throws when a ping key is missing, weak or there twice. */
  use(systems: readonly System[]): Promise<void>
  close: Api['close']
}

export async function serve(parts: ServeParts, first: readonly System[]): Promise<Served> {
  const { engine, messages, metrics, health, links, failed, port, host } = parts
  const { store, world } = engine
  const { clock } = world
  const receiverOf = async (all: readonly System[]) =>
    createPingReceiver({ keys: await createKeyRing(all.flatMap(heartbeatsOf)), store: store.heartbeats, clock })
  let systems = first
  let receive = await receiverOf(systems)
  const api = createApi({
    defaultLocale: systems[0]?.settings.locale ?? 'en',
    messages: () => messages,
    readiness: async () => {
      const reason = health.problem()
      return reason === undefined ? { isReady: true } : { isReady: false, reason }
    },
    metrics,
    receivePing: (key, content) => receive(key, content),
    acknowledge: {
      verifyToken: async (token) => readAcknowledgeToken(links, token, clock.now()),
      find: (alert) => store.alerts.get(alert),
      acknowledge: (alert, by) => acknowledgeAlert(store, clock, alert, by),
      timeZone: (name) => systems.find((system) => system.name === name)?.settings.timezone ?? 'UTC',
      now: () => clock.now(),
    },
    alertmanager: {
      token: () => parts.alertmanagerToken,
      handle: ({ alerts }, channels) => parts.takeAlerts(alerts, channels),
    },
    overview: {
      isLoopback: () => isLoopbackName(host),
      look: createOverview({ store, clock, watches: parts.watches, problem: () => health.problem() }),
    },
    onError: (error) => failed('http', error),
  })
  const { url } = await api.listen({ port, host })
  return {
    url,
    use: async (others) => {
      receive = await receiverOf(others)
      systems = others
    },
    close: () => api.close(),
  }
}
