import { connect } from 'node:net'
import type { HttpClient } from '../../core/context.ts'

/** What listens on a port of this machine. */
export type Listener =
  | { readonly protocol: 'none' | 'tcp' }
  | {
      readonly protocol: 'http'
      /** What its first page answers. */
      readonly status: number
      /** The path of a health report that is JSON with a `status`. */
      readonly health: string | undefined
    }

const timeoutMs = 1000
const healthPaths = ['/health', '/healthz', '/api/health']

/** @param speaksOther something is known to be there that is not asked in HTTP. */
export async function probePort(port: number, http: HttpClient, speaksOther: boolean): Promise<Listener> {
  if (!(await isOpen(port))) return { protocol: 'none' }
  if (speaksOther) return { protocol: 'tcp' }
  const url = `http://localhost:${port}`
  const first = await http.send({ url, timeoutMs, maxBodyBytes: 1 })
  if (first.outcome !== 'answered') return { protocol: 'tcp' }
  const reports = await Promise.all(
    healthPaths.map(async (path) => ((await hasReport(url + path, http)) ? path : undefined)),
  )
  return { protocol: 'http', status: first.status, health: reports.find((path) => path !== undefined) }
}

async function hasReport(url: string, http: HttpClient): Promise<boolean> {
  const answer = await http.send({ url, timeoutMs })
  if (answer.outcome !== 'answered') return false
  try {
    return typeof Object(JSON.parse(answer.body)).status === 'string'
  } catch {
    return false
  }
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: 'localhost', port, timeout: timeoutMs })
    const end = (answer: boolean) => (): void => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('connect', end(true)).once('error', end(false)).once('timeout', end(false))
  })
}
