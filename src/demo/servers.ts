import { createServer, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import type { Client } from 'pg'

export interface DemoServer {
  readonly port: number
  close(): Promise<void>
}

const slowMs = 800
const dayMs = 86_400_000

/** The HTTP API of the demo, in front of its database. */
export async function startApi(database: Client, hasFaults: boolean): Promise<DemoServer> {
  const answer = (response: ServerResponse, status: number, body: unknown): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }
  const routes: Readonly<Record<string, () => Promise<unknown>>> = {
    '/': async () => ({ name: 'MonAssurance', version: '1.4.2' }),
    '/api/clients': async () =>
      (await database.query('select id, name from clients where email = $1', ['client7@example.test'])).rows,
    '/api/policies': async () => {
      if (hasFaults) await wait(slowMs)
      return (await database.query('select id, number, status from policies where client_id = 7')).rows
    },
    '/health': async () => ({
      status: 'ok',
      checks: {
        database: { status: 'ok' },
        cache: { status: 'ok' },
        documents: { status: hasFaults ? 'unhealthy' : 'ok' },
      },
    }),
  }
  const server = createServer((request, response) => {
    const route = routes[new URL(request.url ?? '/', 'http://localhost').pathname]
    if (route === undefined) return answer(response, 404, { error: 'not found' })
    route().then(
      (body) => answer(response, 200, body),
      (error: unknown) => answer(response, 500, { error: String(error) }),
    )
  })
  return listen(server)
}

/** An HTTPS site with a certificate of its own authority; with faults it ends in five days. */
export async function startSite(hasFaults: boolean): Promise<DemoServer & { readonly certificate: string }> {
  const { default: selfsigned } = await import('selfsigned')
  const made = await selfsigned.generate([{ name: 'commonName', value: 'localhost' }], {
    keySize: 2048,
    algorithm: 'sha256',
    notBeforeDate: new Date(Date.now() - dayMs),
    notAfterDate: new Date(Date.now() + (hasFaults ? 5 : 300) * dayMs),
    extensions: [
      { name: 'basicConstraints', cA: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  })
  const server = createTlsServer({ key: made.private, cert: made.cert }, (_, response) => response.end('ok'))
  return { ...(await listen(server)), certificate: made.cert }
}

async function listen(server: Server): Promise<DemoServer> {
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', () => resolve()))
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
