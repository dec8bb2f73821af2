import type { Agent, Dispatcher } from 'undici'
import type { AnswerHead, HttpAnswer, HttpClient, HttpRequest } from '../core/context.ts'
import { networkRefusals } from './network-refusals.ts'

const defaultMaxBody = 1_000_000

/** What the reader of a body threw is no failure of the network. */
class ReaderError extends Error {}

type Refusal = Exclude<HttpAnswer, { outcome: 'answered' }>['outcome']

/** Requests over kept-alive connections. What the network does is an answer, never a throw. */
export function createHttpClient(options: { readonly userAgent?: string }): HttpClient {
  const agents = new Map<boolean, Promise<Agent>>()
  const agentFor = (allowInvalid: boolean): Promise<Agent> => {
    const known = agents.get(allowInvalid)
    if (known !== undefined) return known
    const made = import('undici').then(
      ({ Agent }) =>
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
      const limit = new AbortController()
      const timer = setTimeout(() => limit.abort(), request.timeoutMs)
      const over = signal === undefined ? limit.signal : AbortSignal.any([signal, limit.signal])
      try {
        return await follow(agent, request, options.userAgent ?? 'vigie', over, started)
      } catch (error) {
        if (error instanceof ReaderError) throw error.cause
        const durationMs = performance.now() - started
        if (over.aborted) return { outcome: 'timed-out', detail: `${Math.round(durationMs)} ms`, durationMs }
        return { outcome: refusalOf(error), detail: detailOf(error), durationMs }
      } finally {
        clearTimeout(timer)
      }
    },
    close: async () => {
      for (const agent of agents.values()) await (await agent).destroy()
      agents.clear()
    },
  }
}

async function follow(
  agent: Agent,
  request: HttpRequest,
  userAgent: string,
  signal: AbortSignal,
  started: number,
): Promise<HttpAnswer> {
  const redirects: string[] = []
  const maxRedirects = request.maxRedirects ?? 0
  let url = new URL(request.url)
  let method = request.method ?? 'GET'
  let headers: Record<string, string> = { 'user-agent': userAgent, 'accept-encoding': 'identity', ...request.headers }
  for (;;) {
    const body = method === 'GET' || method === 'HEAD' ? null : (request.body ?? null)
    const response = await agent.request({
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method,
      headers,
      body,
      signal,
    })
    const firstByteMs = performance.now() - started
    const location = response.headers['location']
    if (maxRedirects > 0 && response.statusCode >= 300 && response.statusCode < 400 && typeof location === 'string') {
      await response.body.dump()
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
      if (response.statusCode === 303 || (response.statusCode <= 302 && method === 'POST')) method = 'GET'
      url = next
      continue
    }
    const type = String(response.headers['content-type'] ?? '')
    const answered = Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, String(value)]))
    const limit = request.maxBodyBytes ?? defaultMaxBody
    const head = { status: response.statusCode, headers: answered }
    handing(() => request.onHead?.(head), response.body)
    const { text, bytes, isCut } = await readBody(response.body, type, limit, request.onBody, head)
    return {
      outcome: 'answered',
      status: response.statusCode,
      headers: answered,
      body: text,
      bodyBytes: bytes,
      isBodyCut: isCut,
      firstByteMs,
      durationMs: performance.now() - started,
      url: url.href,
      redirects,
    }
  }
}

async function readBody(
  body: Dispatcher.ResponseData['body'],
  type: string,
  limit: number,
  onBody: HttpRequest['onBody'],
  head: AnswerHead,
): Promise<{ text: string; bytes: number; isCut: boolean }> {
  const chunks: Buffer[] = []
  const pieces: AsyncIterable<Buffer> = body
  let bytes = 0
  for await (const chunk of pieces) {
    const piece = chunk.subarray(0, Math.max(0, limit - bytes))
    if (onBody === undefined) chunks.push(piece)
    else handing(() => onBody(piece, head), body)
    bytes += chunk.length
    if (bytes > limit) {
      body.destroy()
      break
    }
  }
  return { text: decoderFor(type).decode(Buffer.concat(chunks)), bytes, isCut: bytes > limit }
}

/** Gives something to whoever reads the answer; when that throws, the connection is closed. */
function handing(give: () => void, body: Dispatcher.ResponseData['body']): void {
  try {
    give()
  } catch (error) {
    body.on('error', () => undefined).destroy()
    throw new ReaderError('the reader refused', { cause: error })
  }
}

/** The character set that the answer names; UTF-8 when it names none, or one that nobody knows. */
function decoderFor(type: string): TextDecoder {
  const label = /;\s*charset\s*=\s*"?([\w.:-]+)/i.exec(type)?.[1]
  try {
    return new TextDecoder(label)
  } catch {
    return new TextDecoder()
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
