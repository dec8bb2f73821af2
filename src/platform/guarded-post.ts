import { type LookupAddress, lookup as lookupName } from 'node:dns'
import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import type { HttpAnswer } from '../core/context.ts'
import { errorCode } from '../core/field-of.ts'
import { networkRefusals } from './network-refusals.ts'
import { isPublicAddress } from './public-address.ts'

const keptBytes = 10_000

export interface GuardedPost {
  /** http or https. */
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly allowPrivate: boolean
  readonly timeoutMs: number
  readonly signal: AbortSignal
  /** How names are resolved; the system's way unless a test owns it. */
  readonly lookup?: LookupFunction
}

export type GuardedAnswer = HttpAnswer | { readonly outcome: 'internal'; readonly address: string }

class InternalAddressError extends Error {
  readonly address: string
  constructor(address: string) {
    super(address)
    this.address = address
  }
}

/**
 * Posts once, on a connection of its own, and follows no redirect. Without `allowPrivate` it only goes to addresses of
 * the internet at large, looked at when the connection is made: a name that turns to an internal address between two
 * looks does not pass.
 */
export async function guardedPost(post: GuardedPost): Promise<GuardedAnswer> {
  const started = performance.now()
  const durationMs = (): number => performance.now() - started
  const host = post.url.hostname.replace(/^\[|\]$/g, '')
  if (!post.allowPrivate && isIP(host) !== 0 && !isPublicAddress(host)) return { outcome: 'internal', address: host }
  const limit = AbortSignal.any([post.signal, AbortSignal.timeout(post.timeoutMs)])
  try {
    const { request, response } = await answerTo(post, limit)
    const firstByteMs = durationMs()
    const { text, bytes } = await readBody(response)
    request.destroy()
    return {
      outcome: 'answered',
      status: response.statusCode ?? 0,
      headers: Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, String(value)])),
      body: text,
      bodyBytes: bytes,
      isBodyCut: bytes > keptBytes,
      firstByteMs,
      durationMs: durationMs(),
      url: post.url.href,
      redirects: [],
    }
  } catch (error) {
    if (error instanceof InternalAddressError) return { outcome: 'internal', address: error.address }
    if (limit.aborted)
      return { outcome: 'timed-out', detail: `${Math.round(durationMs())} ms`, durationMs: durationMs() }
    return { outcome: outcomeOf(error), detail: detailOf(error), durationMs: durationMs() }
  }
}

function answerTo(
  { url, headers, body, allowPrivate, lookup = lookupName }: GuardedPost,
  signal: AbortSignal,
): Promise<{ request: ClientRequest; response: IncomingMessage }> {
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? requestHttps : requestHttp
    const own = { 'content-length': String(Buffer.byteLength(body)), 'user-agent': 'vigie', connection: 'close' }
    const request = send(url, {
      method: 'POST',
      headers: { ...headers, ...own },
      // A kept connection would have been looked at by another request.
      agent: false,
      signal,
      lookup: allowPrivate ? lookup : publicOnly(lookup),
    })
    request.once('response', (response) => resolve({ request, response }))
    request.on('error', reject)
    request.end(body)
  })
}

/** A name that has any internal address is refused whole: which one would be used is not ours to choose. */
function publicOnly(lookup: LookupFunction): LookupFunction {
  return (name, options, callback) =>
    lookup(name, options, (error, found, family) => {
      const all: readonly LookupAddress[] =
        typeof found === 'string' ? [{ address: found, family: family ?? 4 }] : (found ?? [])
      const internal = all.find(({ address }) => !isPublicAddress(address))
      if (error === null && internal !== undefined) callback(new InternalAddressError(internal.address), found, family)
      else callback(error, found, family)
    })
}

async function readBody(response: IncomingMessage): Promise<{ text: string; bytes: number }> {
  const chunks: Buffer[] = []
  const pieces: AsyncIterable<Buffer> = response
  let bytes = 0
  for await (const chunk of pieces) {
    chunks.push(chunk.subarray(0, Math.max(0, keptBytes - bytes)))
    bytes += chunk.length
    if (bytes > keptBytes) break
  }
  return { text: new TextDecoder().decode(Buffer.concat(chunks)), bytes }
}

type Refusal = Exclude<HttpAnswer, { outcome: 'answered' }>['outcome']

const refusals: Readonly<Record<string, Refusal>> = networkRefusals

function outcomeOf(error: unknown): Refusal {
  if (error instanceof AggregateError) return outcomeOf(error.errors[0])
  const code = errorCode(error) ?? ''
  return refusals[code] ?? (/TLS|CERT|SELF_SIGNED|UNABLE_TO/.test(code) ? 'tls' : 'protocol')
}

function detailOf(error: unknown): string {
  if (error instanceof AggregateError) return detailOf(error.errors[0])
  return error instanceof Error ? error.message : String(error)
}
