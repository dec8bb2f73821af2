import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { createServer, type Server, type Socket } from 'node:net'
import selfsigned from 'selfsigned'
import { tcpAddress } from '../../src/platform/tcp-address.ts'

export interface BadServer {
  readonly port: number
  /** Connections that its clients have not ended. */
  open(): Promise<number>
  stop(): Promise<void>
}

/** A server on 127.0.0.1 and a free port that does with each connection what it is told. */
export function rawServer(onSocket: (socket: Socket) => void): Promise<BadServer> {
  return listening(
    createServer((socket) => {
      // Without a reader the end of the client would not be seen.
      socket.on('error', () => undefined).resume()
      onSocket(socket)
    }),
  )
}

export function webServer(listener: RequestListener): Promise<BadServer> {
  return listening(createHttpServer(listener))
}

/** @param pem certificate and key, as `certificateFor` makes them. */
export function secureServer(pem: { readonly cert: string; readonly private: string }): Promise<BadServer> {
  return listening(createHttpsServer({ key: pem.private, cert: pem.cert }, (_, response) => response.end('fine')))
}

/** A certificate that signs itself, for this name and 127.0.0.1 when no other name is given. */
export function certificateFor(
  options: { readonly name?: string; readonly daysLeft?: number } = {},
): Promise<{ readonly cert: string; readonly private: string }> {
  const { name, daysLeft = 100 } = options
  const dayMs = 86_400_000
  return selfsigned.generate([{ name: 'commonName', value: name ?? 'localhost' }], {
    keySize: 2048,
    algorithm: 'sha256',
    notBeforeDate: new Date(Date.now() - 200 * dayMs),
    notAfterDate: new Date(Date.now() + daysLeft * dayMs),
    extensions: [
      { name: 'basicConstraints', cA: true },
      {
        name: 'subjectAltName',
        altNames: name === undefined ? [{ type: 7, ip: '127.0.0.1' }] : [{ type: 2, value: name }],
      },
    ],
  })
}

/** A port on which nobody listens. */
export async function closedPort(): Promise<number> {
  const server = await rawServer(() => undefined)
  await server.stop()
  return server.port
}

async function listening(server: Server): Promise<BadServer> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: tcpAddress(server).port,
    open: () =>
      new Promise((resolve, reject) =>
        server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
      ),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}
