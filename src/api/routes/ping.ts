import { VigieError } from '../../core/errors.ts'
import { badExitCode, badRunId, pingKeyHint, tooManyPings, unknownPingKey } from '../messages.ts'
import { json, type Route } from '../route.ts'
import type { CounterValue, Family } from '../self-metrics.ts'

/** What a ping says, as plain data. */
export interface Ping {
  readonly kind: 'start' | 'success' | 'fail' | 'log'
  readonly exitCode: number | undefined
  readonly runId: string | undefined
  /** As the sender measured it. */
  readonly durationMs: number | undefined
  readonly source: string
  readonly body: string | undefined
}

export type PingPart = (
  key: string,
  ping: Ping,
) => Promise<{ readonly outcome: 'kept' | 'unknown' } | { readonly outcome: 'limited'; readonly retryAfterMs: number }>

/** As much as Healthchecks keeps. */
const maxBodyBytes = 10_000
const uuid = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i
const longestRunMs = 400 * 86_400_000

/**
 * Pings of jobs that run elsewhere, at the addresses of Healthchecks: `/ping/<key>` is a success, `/start`, `/fail`,
 * `/log` and `/<exit code>` follow the key; `rid` in the query is a UUID that a start and its end share, `durationMs`
 * what the sender measured. GET, HEAD and POST are the same; of what is posted the first 10 kB are kept.
 */
export function pingRoute(receive: PingPart, pings: Family<CounterValue>): Route {
  return {
    name: 'ping',
    path: /^\/ping\/(?<key>[A-Za-z0-9_-]{1,200})(?:\/(?<what>[a-z0-9-]{1,20}))?\/?$/,
    methods: ['GET', 'POST'],
    handle: async (request, { key = '', what }) => {
      const said = meaningOf(what)
      if (said === undefined) return { error: new VigieError('usage', badExitCode({ given: what ?? '' })) }
      const runId = request.query.get('rid')?.toLowerCase()
      if (runId !== undefined && !uuid.test(runId)) return { error: new VigieError('usage', badRunId({})) }
      const body = request.method === 'POST' ? await request.body(maxBodyBytes, 'cut') : ''
      const ping = {
        ...said,
        runId,
        durationMs: durationOf(request.query.get('durationMs')),
        source: request.source,
        body: body === '' ? undefined : body,
      }
      const kept = await receive(key, ping).catch((error: unknown) => {
        pings.of('failed').add()
        throw error
      })
      pings.of(kept.outcome).add()
      if (kept.outcome === 'unknown') {
        return { error: new VigieError('unknown-heartbeat', unknownPingKey({}), { hint: pingKeyHint({}) }) }
      }
      if (kept.outcome === 'limited') {
        const { retryAfterMs } = kept
        const headers = { 'retry-after': String(Math.ceil(retryAfterMs / 1000)) }
        return { error: new VigieError('rate-limited', tooManyPings({ retryAfterMs })), headers }
      }
      return json({ status: 'ok' })
    },
  }
}

/** Undefined for what is no word of ours and no exit code. */
function meaningOf(what: string | undefined): Pick<Ping, 'kind' | 'exitCode'> | undefined {
  if (what === undefined) return { kind: 'success', exitCode: undefined }
  if (what === 'start' || what === 'fail' || what === 'log') return { kind: what, exitCode: undefined }
  const exitCode = /^\d{1,3}$/.test(what) ? Number(what) : 256
  return exitCode > 255 ? undefined : { kind: exitCode === 0 ? 'success' : 'fail', exitCode }
}

function durationOf(text: string | null): number | undefined {
  const ms = text === null || !/^\d{1,12}(\.\d{1,3})?$/.test(text) ? undefined : Number(text)
  return ms !== undefined && ms <= longestRunMs ? ms : undefined
}
