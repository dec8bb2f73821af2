import type { IncomingMessage, ServerResponse } from 'node:http'
import { errorCodes, VigieError } from '../core/errors.ts'
import type { Locale } from '../core/message.ts'
import { badRequest, noAnswer, notFound, tryLater, unexpectedError, wrongMethod, wrongMethodHint } from './messages.ts'
import { ClientGoneError, readBody } from './read-body.ts'
import { requestLocale } from './request-locale.ts'
import type { ApiRequest, Method, Refusal, Reply, Route, WordsFor } from './route.ts'

export interface ServeParts {
  readonly routes: readonly Route[]
  readonly words: WordsFor
  readonly defaultLocale: Locale
  /** From the first byte of the request to its answer. */
  readonly handlerMs: number
  /** The server takes no more: what it answers now is the last on its connection. */
  readonly isStopping: () => boolean
  /** Told of a request that was answered before it was whole. */
  readonly onEarly: (message: IncomingMessage) => void
  /** Told after each answer. */
  readonly onAnswered: (route: string, status: number) => void
  /** What no route expected to be thrown. */
  readonly onError: (error: unknown) => void
}

/** Said with every answer: nothing of it is kept, guessed at, framed, or told to the next site. */
const commonHeaders = {
  'content-type': 'application/json; charset=utf-8',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
}
const maxPathLength = 2000

/** Finds the route of a request and sends its answer. Never throws. */
export async function serveRequest(
  parts: ServeParts,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const locale = requestLocale(message.headers['accept-language'], parts.defaultLocale)
  const { route, answer } = find(parts.routes, message, locale)
  let reply: Reply | Refusal
  try {
    reply = await within(answer(), parts.handlerMs)
  } catch (error) {
    if (error instanceof ClientGoneError) {
      response.destroy()
      return
    }
    if (!(error instanceof VigieError)) parts.onError(error)
    reply = { error: error instanceof VigieError ? error : new VigieError('internal', unexpectedError({})) }
  }
  const sent = 'error' in reply ? refusalReply(reply, locale, parts.words) : reply
  parts.onAnswered(route, sent.status)
  if (response.destroyed) return
  if (!message.complete) parts.onEarly(message)
  response.writeHead(sent.status, {
    ...commonHeaders,
    ...(sent.type !== undefined && { 'content-type': sent.type }),
    'content-length': Buffer.byteLength(sent.body),
    ...sent.headers,
    ...(parts.isStopping() && { connection: 'close' }),
  })
  response.end(sent.body)
}

/** An error in the shape that all have. */
export function refusalReply({ error, headers }: Refusal, locale: Locale, words: WordsFor): Reply {
  const { text } = words(locale)
  const { code, hint } = error
  const body = { error: { code, message: text(error.text), hint: hint === undefined ? null : text(hint) } }
  return { status: errorCodes[code].http, body: `${JSON.stringify(body)}\n`, ...(headers && { headers }) }
}

interface Found {
  readonly route: string
  readonly answer: () => Promise<Reply | Refusal>
}

function find(routes: readonly Route[], message: IncomingMessage, locale: Locale): Found {
  const refused = (error: VigieError, headers?: Readonly<Record<string, string>>): Found => ({
    route: 'none',
    answer: async () => ({ error, ...(headers && { headers }) }),
  })
  const [path = '', query = ''] = (message.url ?? '').split('?', 2)
  if (path.length > maxPathLength) return refused(new VigieError('usage', badRequest({ detail: 'path' })))
  for (const route of routes) {
    const match = route.path.exec(path)
    if (match === null) continue
    const allowed = route.methods.flatMap((one): readonly Method[] => (one === 'GET' ? ['GET', 'HEAD'] : [one]))
    const method = allowed.find((one) => one === message.method)
    if (method === undefined) {
      const hint = wrongMethodHint({ allowed: allowed.join(', ') })
      const error = new VigieError('method-not-allowed', wrongMethod({ method: (message.method ?? '').slice(0, 20) }), {
        hint,
      })
      return refused(error, { allow: allowed.join(', ') })
    }
    const request: ApiRequest = {
      method,
      query: new URLSearchParams(query),
      header: (name) => {
        const value = message.headers[name]
        return typeof value === 'string' ? value : value?.[0]
      },
      source: message.socket.remoteAddress ?? '',
      locale,
      body: (maxBytes, excess = 'refuse') => readBody(message, maxBytes, excess),
    }
    return { route: route.name, answer: () => route.handle(request, { ...match.groups }) }
  }
  return refused(new VigieError('not-found', notFound({})))
}

/** What takes longer is answered all the same; what it was doing may go on. */
async function within<T>(work: Promise<T>, limitMs: number): Promise<T> {
  const { promise: limit, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => reject(new VigieError('no-answer', noAnswer({ limitMs }), { hint: tryLater({}) })),
    limitMs,
  ).unref()
  try {
    return await Promise.race([work, limit])
  } finally {
    clearTimeout(timer)
  }
}
