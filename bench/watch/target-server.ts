import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/**
 * The process that is watched: `target-server.ts <ports>`. It answers at every path, counts who asks by user agent, and
 * answers 500 at the paths that it was told to break.
 */
const broken = new Set<string>()
const asked: Record<string, number> = {}
const servers = Array.from({ length: Number(process.argv[2] ?? 1) }, () =>
  createServer((request, response) => {
    const agent = request.headers['user-agent']?.split('/')[0] ?? 'nobody'
    asked[agent] = (asked[agent] ?? 0) + 1
    const isBroken = broken.has(request.url ?? '')
    response.writeHead(isBroken ? 500 : 200, { 'content-type': 'text/plain' })
    response.end(isBroken ? 'broken' : 'ok')
  }),
)

process.on('disconnect', () => process.exit(0))
process.on('message', (message: { readonly break?: string; readonly repair?: string }) => {
  if (message.break !== undefined) broken.add(message.break)
  if (message.repair !== undefined) broken.delete(message.repair)
  process.send?.({ asked })
})
await Promise.all(
  servers.map((server) => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', 2000, () => resolve()))),
)
process.send?.({ ports: servers.map((server) => (server.address() as AddressInfo).port) })
