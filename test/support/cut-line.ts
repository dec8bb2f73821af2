import { createServer, type Server, Socket } from 'node:net'

/** A way to a port of 127.0.0.1 that can be cut and mended: whoever is behind it runs on. */
export interface CutLine {
  readonly port: number
  cut(): Promise<void>
  mend(): Promise<void>
}

export async function cutLine(to: number): Promise<CutLine> {
  const open = new Set<Socket>()
  const listen = (port: number): Promise<Server> =>
    new Promise((resolve, reject) => {
      const server = createServer((from) => {
        const onwards = new Socket().connect(to, '127.0.0.1')
        for (const [one, other] of [
          [from, onwards],
          [onwards, from],
        ] as const) {
          open.add(one)
          one.pipe(other)
          one.on('error', () => other.destroy()).on('close', () => open.delete(one) && other.destroy())
        }
      })
      server.on('error', reject).listen(port, '127.0.0.1', () => resolve(server))
    })
  let server = await listen(0)
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    port,
    cut: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const one of open) one.destroy()
      }),
    mend: async () => {
      server = await listen(port)
    },
  }
}
