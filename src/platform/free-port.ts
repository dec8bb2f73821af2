import { createServer } from 'node:net'
import { tcpAddress } from './tcp-address.ts'

/** A port of the loopback that nobody listens on now; whoever is first may take it. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = tcpAddress(probe)
      probe.close(() => resolve(port))
    })
  })
}
