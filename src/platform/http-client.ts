import { registerHooks } from 'node:module'
import type { Agent } from 'undici'
import type { HttpAnswer, HttpClient, HttpRequest } from '../core/context.ts'
import { createBodyReader, ReaderError } from './body-reader.ts'
import { AbortedError, exchange } from './exchange.ts'
import { networkRefusals } from './network-refusals.ts'

type Refusal = Exclude<HttpAnswer, { outcome: 'answered' }>['outcome']

/** Requests over kept-alive connections. What the network does is an answer, never a throw. */
export function createHttpClient(options: { readonly userAgent?: string }): HttpClient {
  const agents = new Map<boolean, Promise<Agent>>()
  const agentFor = (allowInvalid: boolean): Promise<Agent> => {
    const known = agents.get(allowInvalid)
    if (known !== undefined) return known
    const made = agentClass().then(
      (Agent) =>
        new Agent({
          connect: { rejectUnauthorized: !allowInvalid, timeout: 0 },
          headersTimeout: 0,
          bodyTimeout: 0,
          keepAliveTimeout: 10_000,
        }),
    )
    agents.set(allowInvalid, made)
    return made
  }
  return {
    send: async (request, signal) => {
      const started = performance.now()
      const agent = await agentFor(request.allowInvalidCertificate ?? false)
      const ending = createEnding()
      const timer = setTimeout(ending.end, request.timeoutMs)
      signal?.addEventListener('abort', ending.end, { once: true })
      if (signal?.aborted) ending.end()
      try {
        return await follow(agent, request, options.userAgent ?? 'vigie', ending, started)
      } catch (error) {
        if (error instanceof ReaderError) throw error.cause
        const durationMs = performance.now() - started
        if (error instanceof AbortedError) {
          return { outcome: 'timed-out', detail: `${Math.round(durationMs)} ms`, durationMs }
        }
        return { outcome: refusalOf(error), detail: detailOf(error), durationMs }
      } finally {
        clearTimeout(timer)
        signal?.removeEventListener('abort', ending.end)
      }
    },
    close: async () => {
      for (const agent of agents.values()) await (await agent).destroy()
      agents.clear()
    },
  }
}

/**
 * Of undici only what sends: the whole of it takes 10 MB more, and node:http2, which it does without where there is none,
 * 4 MB. A version that keeps it elsewhere is loaded whole.
 */
async function agentClass(): Promise<typeof Agent> {
  const without = registerHooks({
    resolve: (specifier, context, next) => {
      const isOfUndici = context.parentURL?.includes('/undici/') === true
      if (specifier === 'node:http2' && isOfUndici) throw new Error('not needed')
      return next(specifier, context)
    },
  })
  try {
    return (await import('undici/lib/dispatcher/agent.js')).default
  } catch {
    return (await import('undici')).Agent
  } finally {
    without.deregister()
  }
}

/** Ends the request that is under way, and those that would follow it. */
interface Ending {
  end(): void
  of<T>(begun: { readonly done: Promise<T>; abort(): void }): Promise<T>
}

function createEnding(): Ending {
  let isOver = false
  let abort: (() => void) | undefined
  return {
    end: () => {
      isOver = true
      abort?.()
    },
    of: (begun) => {
      abort = begun.abort
      if (isOver) begun.abort()
      return begun.done
    },
  }
}

async function follow(
  agent: Agent,
  request: HttpRequest,
  userAgent: string,
  ending: Ending,
  started: number,
): Promise<HttpAnswer> {
  const redirects: string[] = []
  const maxRedirects = request.maxRedirects ?? 0
  let url = new URL(request.url)
  let method = request.method ?? 'GET'
  let headers: Record<string, string> = { 'user-agent': userAgent, 'accept-encoding': 'identity', ...request.headers }
  for (;;) {
    const reader = createBodyReader(request, maxRedirects > 0, started)
    const body = method === 'GET' || method === 'HEAD' ? null : (request.body ?? null)
    const path = `${url.pathname}${url.search}`
    await ending.of(exchange(agent, { origin: url.origin, path, method, headers, body }, reader))
    const { status, location } = reader.seen
    if (location !== undefined) {
      const next = new URL(location, url)
      redirects.push(url.href)
      if (redirects.length > maxRedirects || redirects.includes(next.href)) {
        return {
          outcome: 'too-many-redirects',
          detail: [...redirects, next.href].join(' → '),
          durationMs: performance.now() - started,
        }
      }
      if (!/^https?:$/.test(next.protocol))
        return { outcome: 'protocol', detail: next.href, durationMs: performance.now() - started }
      if (next.origin !== url.origin) headers = forAnother(headers)
      if (status === 303 || (status <= 302 && method === 'POST')) method = 'GET'
      url = next
      continue
    }
    return { ...reader.answer(), durationMs: performance.now() - started, url: url.href, redirects }
  }
}

/** Another origin is another party: what lets us in here, by whatever header, is not its business. */
function forAnother(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => /^(?:accept|accept-language|accept-encoding|user-agent)$/i.test(name)),
  )
}

const refusals: Readonly<Record<string, Refusal>> = {
  ...networkRefusals,
  UND_ERR_CONNECT_TIMEOUT: 'timed-out',
  UND_ERR_SOCKET: 'reset',
}

function refusalOf(error: unknown): Refusal {
  const code = codeOf(error)
  const known = refusals[code]
  if (known !== undefined) return known
  return /^(ERR_TLS|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|HOSTNAME_MISMATCH|INVALID_CA)/.test(code)
    ? 'tls'
    : 'protocol'
}

function codeOf(error: unknown): string {
  if (error instanceof AggregateError) return codeOf(error.errors[0])
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

function detailOf(error: unknown): string {
  if (error instanceof AggregateError) return detailOf(error.errors[0])
  if (!(error instanceof Error)) return String(error)
  // OpenSSL's own message is a line of addresses and file names; its reason stands apart.
  const said = 'reason' in error && typeof error.reason === 'string' ? error.reason : error.message || codeOf(error)
  // Node's advice is for those who start the program themselves.
  return said.split('; if the root CA is installed locally')[0] ?? ''
}
