import type { AddressInfo, Server } from 'node:net'

/** Where a server listens. Throws when it does not listen on TCP. */
export function tcpAddress(server: Server): AddressInfo {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('this server listens on no TCP port')
  return address
}
