import type { Server } from 'node:http'
import { tcpAddress } from '../platform/tcp-address.ts'

export interface DemoServer {
  readonly port: number
  close(): Promise<void>
}

/** On a free port of the loopback. */
export async function listen(server: Server): Promise<DemoServer> {
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', () => resolve()))
  const address = tcpAddress(server)
  return {
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
