import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Speaks on one connection; the stream stays open until this or the client ends it. */
export type Speech = (stream: ServerResponse, connection: number) => void | Promise<void>

export interface EventServer extends AsyncDisposable {
  readonly url: string
  /** What the next connections hear; counted from 1. */
  speak: Speech
  /** What GET /metrics answers. */
  metrics: string
}

/** Opens the stream, so that a client knows at once. */
export function openStream(response: ServerResponse): ServerResponse {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.flushHeaders()
  return response
}

/** A real server on the loopback: server-sent events at /events, and metrics of its own. */
export async function startEventServer(speak: Speech): Promise<EventServer> {
  const own = { speak, metrics: '' }
  let connections = 0
  const server = createServer((request, response) => {
    if (request.url === '/metrics') {
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(own.metrics)
      return
    }
    connections++
    void own.speak(response, connections)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return Object.assign(own, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  })
}
