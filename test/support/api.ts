import { type Api, type ApiParts, createApi } from '../../src/api/create-api.ts'
import { apiMessages } from '../../src/api/messages.ts'
import { createWatchMetrics } from '../../src/api/watch-metrics.ts'
import { type AnyMessage, messageMap } from '../../src/core/message.ts'

export interface TestApi {
  readonly url: string
  readonly api: Api
  readonly parts: ApiParts
  /** What no route expected. */
  readonly errors: unknown[]
  get(path: string, init?: RequestInit): Promise<Response>
}

/** A real server on a free port, with parts that refuse everything until the test gives its own. */
export async function startApi(given: Partial<ApiParts> = {}, texts: readonly AnyMessage[] = []): Promise<TestApi> {
  const errors: unknown[] = []
  const map = messageMap([...apiMessages, ...texts])
  const parts: ApiParts = {
    defaultLocale: 'en',
    messages: () => map,
    readiness: async () => ({ isReady: true }),
    metrics: createWatchMetrics('0.0.0', new Date(0)),
    receivePing: async () => ({ outcome: 'unknown' }),
    acknowledge: {
      verifyToken: async () => ({ reason: 'invalid' }),
      find: async () => undefined,
      acknowledge: async () => false,
      timeZone: () => 'UTC',
      now: () => new Date(0),
    },
    alertmanager: { token: () => undefined, handle: async () => undefined },
    overview: {
      isLoopback: () => true,
      look: async () => ({ now: new Date(0), problem: undefined, systems: [] }),
    },
    onError: (error) => void errors.push(error),
    ...given,
  }
  const api = createApi(parts)
  const { url } = await api.listen({ port: 0 })
  return { url, api, parts, errors, get: (path, init) => fetch(`${url}${path}`, init) }
}
