import { setTimeout as wait } from 'node:timers/promises'
import type { HttpClient } from '../../core/context.ts'

export interface PingToSend {
  /** `start` or an exit code. */
  readonly what: string
  readonly runId: string
  readonly durationMs?: number
  readonly body?: string
  readonly attempts: number
}

const timeoutMs = 5000
const firstDelayMs = 500
const longestDelayMs = 5000

/** Sends a ping, again when that may help, and never for long. Gives what went wrong, or undefined when it arrived. */
export async function sendPing(
  http: HttpClient,
  target: string,
  { what, runId, durationMs, body, attempts }: PingToSend,
  pause: (ms: number) => Promise<unknown> = wait,
): Promise<string | undefined> {
  const url = new URL(target)
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/${what}`
  url.searchParams.set('rid', runId)
  if (durationMs !== undefined) url.searchParams.set('durationMs', durationMs.toFixed(0))
  const headers = { 'content-type': 'text/plain; charset=utf-8' }
  const request = { url: url.href, method: 'POST', headers, timeoutMs, maxBodyBytes: 1000, ...(body && { body }) }
  for (let attempt = 1; ; attempt++) {
    const answer = await http.send(request)
    if (answer.outcome === 'answered' && answer.status >= 200 && answer.status < 300) return undefined
    const failure = answer.outcome === 'answered' ? `HTTP ${answer.status}` : answer.detail
    const mayHelp = answer.outcome !== 'answered' || answer.status >= 500 || [408, 429].includes(answer.status)
    if (!mayHelp || attempt >= attempts) return failure
    const asked = answer.outcome === 'answered' ? Number(answer.headers['retry-after']) * 1000 : Number.NaN
    const delayMs = Number.isFinite(asked) ? asked : firstDelayMs * 2 ** (attempt - 1)
    await pause(Math.min(longestDelayMs, Math.max(0, delayMs)))
  }
}
