import { createServer, type Server, Socket } from 'node:net'
import { tcpAddress } from '../../src/platform/tcp-address.ts'

/** What happens to those who come through. */
export interface Weather {
  /** Their connection is reset when so many bytes of it went up to the server, or down from it. */
  readonly resetAfter?: { readonly up?: number; readonly down?: number }
  /** How many connections it happens to; then the line is whole again. Default: all. */
  readonly times?: number
  /** Nothing goes through, and nothing is closed. */
  readonly isMute?: true
  /** From so many bytes on that came down, on all connections together, it is mute. */
  readonly muteAfter?: number
  /** Changes what goes up. */
  readonly spoil?: (piece: Buffer) => Buffer
}

/** A way to a port of 127.0.0.1 on which things go wrong as told, and what went through is counted. */
export interface BreakingLine {
  readonly port: number
  readonly seen: { up: number; down: number; connections: number; resets: number }
  set(weather: Weather): void
  close(): Promise<void>
}

export async function breakingLine(to: number): Promise<BreakingLine> {
  const open = new Set<Socket>()
  const seen = { up: 0, down: 0, connections: 0, resets: 0 }
  let weather: Weather = {}
  let left = Number.POSITIVE_INFINITY
  let muteFrom = Number.POSITIVE_INFINITY
  const server: Server = createServer((client) => {
    seen.connections++
    const onwards = new Socket().connect(to, '127.0.0.1')
    const counted = { up: 0, down: 0 }
    for (const [from, other, way] of [
      [client, onwards, 'up'],
      [onwards, client, 'down'],
    ] as const) {
      open.add(from)
      from.on('error', () => other.destroy()).on('close', () => open.delete(from) && other.destroy())
      from.on('end', () => other.end())
      from.on('drain', () => other.resume())
      from.on('data', (piece: Buffer) => {
        if (weather.isMute || seen.down >= muteFrom) return
        counted[way] += piece.length
        seen[way] += piece.length
        const limit = weather.resetAfter?.[way]
        if (limit !== undefined && left > 0 && counted[way] >= limit) {
          left--
          seen.resets++
          client.resetAndDestroy()
          onwards.resetAndDestroy()
          return
        }
        const spoiled = way === 'up' && weather.spoil !== undefined && left > 0 ? weather.spoil(piece) : piece
        if (spoiled !== piece) left--
        if (!other.write(spoiled)) from.pause()
      })
    }
  })
  await new Promise<void>((resolve, reject) => server.on('error', reject).listen(0, '127.0.0.1', () => resolve()))
  const { port } = tcpAddress(server)
  return {
    ...{ port, seen },
    set: (next) => {
      weather = next
      left = next.times ?? Number.POSITIVE_INFINITY
      muteFrom = seen.down + (next.muteAfter ?? Number.POSITIVE_INFINITY)
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const one of open) one.destroy()
      }),
  }
}
