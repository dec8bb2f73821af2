import { createServer, type Server } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { tcpAddress } from '../../src/platform/tcp-address.ts'

export interface MeteredApp extends AsyncDisposable {
  readonly url: string
  /** People who signed in. */
  readonly users: Set<string>
  /** How long the pages take, in milliseconds. */
  pageMs: number
}

const bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]

/**
 * A real application with metrics of its own, named as in the guide of a team: `http_requests_total` by method, endpoint and
 * status, the histogram `http_request_duration_seconds`, the gauge `active_users`. It answers /quotes, /broken with 500,
 * /api/health after 20 ms, and anything else with 404. What asks for its health or metrics is not counted.
 */
export async function startMeteredApp(): Promise<MeteredApp> {
  const counts = new Map<string, number>()
  const durations: number[] = []
  const users = new Set<string>()
  const app = { users, pageMs: 12 }
  const exposed = (): string => {
    const requests = [...counts].map(([labels, count]) => `http_requests_total{${labels}} ${count}`)
    const buckets = [...bounds, Number.POSITIVE_INFINITY].map((bound) => {
      const count = durations.filter((seconds) => seconds <= bound).length
      return `http_request_duration_seconds_bucket{le="${bound === Number.POSITIVE_INFINITY ? '+Inf' : bound}"} ${count}`
    })
    return [
      ...['# HELP http_requests_total Total HTTP requests', '# TYPE http_requests_total counter', ...requests],
      ...['# TYPE http_request_duration_seconds histogram', ...buckets],
      `http_request_duration_seconds_sum ${durations.reduce((sum, seconds) => sum + seconds, 0)}`,
      `http_request_duration_seconds_count ${durations.length}`,
      ...['# HELP active_users Number of active users', '# TYPE active_users gauge', `active_users ${users.size}`, ''],
    ].join('\n')
  }
  const server: Server = createServer(async (request, response) => {
    const { method = '', url = '' } = request
    if (url === '/metrics') {
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(exposed())
      return
    }
    if (url === '/api/health') {
      await wait(20)
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"status":"ok"}')
      return
    }
    const began = performance.now()
    const status = url === '/quotes' || url === '/' ? 200 : url === '/broken' ? 500 : 404
    await wait(app.pageMs)
    response.writeHead(status).end()
    durations.push((performance.now() - began) / 1000)
    const labels = `method="${method}",endpoint="${status === 404 ? 'unknown' : url}",status="${status}"`
    counts.set(labels, (counts.get(labels) ?? 0) + 1)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return Object.assign(app, {
    url: `http://127.0.0.1:${tcpAddress(server).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  })
}
