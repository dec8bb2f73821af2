import { createServer, type IncomingMessage } from 'node:http'
import { createFormatter } from '../core/formatter.ts'
import { type AnyMessage, createRenderer, type Locale } from '../core/message.ts'
import { tcpAddress } from '../platform/tcp-address.ts'
import { type ApiLimits, defaultLimits } from './limits.ts'
import { refuseUnreadable } from './refuse-unreadable.ts'
import type { Words, WordsFor } from './route.ts'
import { type AcknowledgePart, acknowledgeRoute } from './routes/acknowledge.ts'
import { type AlertmanagerPart, alertmanagerRoute } from './routes/alertmanager.ts'
import { healthyRoute } from './routes/healthy.ts'
import { metricsRoute } from './routes/metrics.ts'
import { type OverviewPart, overviewRoute } from './routes/overview.ts'
import { type PingPart, pingRoute } from './routes/ping.ts'
import { type Readiness, readyRoute } from './routes/ready.ts'
import { serveRequest } from './serve-request.ts'
import type { WatchMetrics } from './watch-metrics.ts'

/** What the daemon puts into its HTTP server. Each may change what it gives from one call to the next (hot reload). */
export interface ApiParts {
  /** Language of who asks for none. */
  readonly defaultLocale: Locale
  /** The texts of the program and of all kinds, so that alerts and errors can be said. */
  messages(): ReadonlyMap<string, AnyMessage>
  /** Whether all is well with the watch itself. Asked for by GET /-/ready; a throw is "not ready". */
  readiness(): Promise<Readiness>
  /** Shown at /metrics; requests and pings are counted in it here. */
  readonly metrics: WatchMetrics
  /** Takes in a ping: what `createPingReceiver` gives. Throws when it could not be kept. */
  readonly receivePing: PingPart
  readonly acknowledge: AcknowledgePart
  readonly alertmanager: AlertmanagerPart
  /** The page at `/`. */
  readonly overview: OverviewPart
  /** An error that nobody expected; it was answered by 500 already. */
  onError(error: unknown): void
  readonly limits?: Partial<ApiLimits>
}

export interface Api {
  /**
   * Starts to listen; port 0 takes a free one. Throws what Node throws (`EADDRINUSE`, `EACCES`).
   *
   * @param host default `127.0.0.1`: nothing else until there is somebody who may sign in
   */
  listen(options: { readonly port: number; readonly host?: string }): Promise<{ readonly url: string }>
  /** Stops to listen, ends idle connections, waits `stopMs` for requests in progress, then ends them too. May be called twice. */
  close(): Promise<void>
}

/** The HTTP server of the daemon, on Node's own: what watches must stay light. */
export function createApi(parts: ApiParts): Api {
  const limits = { ...defaultLimits, ...parts.limits }
  const words = wordsOf(() => parts.messages())
  const routes = [
    healthyRoute(),
    readyRoute(() => parts.readiness()),
    metricsRoute(parts.metrics.registry),
    pingRoute(parts.receivePing, parts.metrics.pings),
    acknowledgeRoute(parts.acknowledge, words),
    alertmanagerRoute(parts.alertmanager),
    overviewRoute(parts.overview, words),
  ]
  let isStopping = false
  const answered = new WeakSet<object>()
  const serve = {
    routes,
    words,
    defaultLocale: parts.defaultLocale,
    handlerMs: limits.requestMs + limits.handlerMs,
    isStopping: () => isStopping,
    onEarly: ({ socket }: IncomingMessage) => void answered.add(socket),
    onAnswered: (route: string, status: number) => parts.metrics.requests.of(route, String(status)).add(),
    onError: (error: unknown) => parts.onError(error),
  }
  const server = createServer(
    {
      maxHeaderSize: limits.maxHeaderBytes,
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
      keepAliveTimeout: limits.keepAliveMs,
      connectionsCheckingInterval: Math.min(1000, limits.headersMs / 2),
    },
    (request, response) => void serveRequest(serve, request, response),
  )
  server.maxConnections = limits.maxConnections
  // Also who reads an answer too slowly, or sends nothing at all, does not stay.
  server.setTimeout(2 * limits.requestMs + limits.handlerMs, (socket) => socket.destroy())
  server.on('clientError', (error, socket) => {
    // What was answered already is not answered again because its rest never came.
    if (answered.has(socket)) socket.destroy()
    else refuseUnreadable(error, socket, parts.defaultLocale, words)
  })
  return {
    listen: ({ port, host = '127.0.0.1' }) =>
      new Promise((resolve, reject) => {
        server.once('error', reject)
        server.listen(port, host, () => {
          server.off('error', reject)
          server.on('error', (error) => parts.onError(error))
          const { address, family, port: taken } = tcpAddress(server)
          resolve({ url: `http://${family === 'IPv6' ? `[${address}]` : address}:${taken}` })
        })
      }),
    close: () =>
      new Promise((resolve) => {
        isStopping = true
        const end = setTimeout(() => server.closeAllConnections(), limits.stopMs)
        server.close(() => {
          clearTimeout(end)
          resolve()
        })
      }),
  }
}

function wordsOf(messages: () => ReadonlyMap<string, AnyMessage>): WordsFor {
  const made = new Map<string, Words>()
  let known: ReadonlyMap<string, AnyMessage> | undefined
  return (locale, timeZone = 'UTC') => {
    const now = messages()
    if (now !== known) made.clear()
    known = now
    const key = `${locale} ${timeZone}`
    const words = made.get(key) ?? make(now, locale, timeZone)
    made.set(key, words)
    return words
  }
}

function make(messages: ReadonlyMap<string, AnyMessage>, locale: Locale, timeZone: string): Words {
  const format = createFormatter(locale, timeZone)
  const renderer = createRenderer(messages, format)
  return { format, text: (text) => renderer.render(text) }
}
