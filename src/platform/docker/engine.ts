import { request as httpRequest, type IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { z } from 'zod'
import { fieldOf } from '../../core/field-of.ts'
import type { JsonObject } from '../../core/json.ts'
import { engineAt, parseEngineAddress } from './engine-address.ts'
import { EngineError } from './engine-error.ts'
import { engineLate, engineRefused, noEngine, noEngineHint, unreadableAnswer } from './engine-texts.ts'

/** An engine that has nothing to wait for answers within it, on a machine under load too. */
const defaultLimitMs = 60_000
/** Far more than a list of 10,000 containers. */
const maxAnswerBytes = 64_000_000

export interface EngineQuestion {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'HEAD'
  /** With its query, encoded. */
  readonly path: string
  readonly body?: JsonObject
  /** Milliseconds until the answer has begun. Default 60,000. */
  readonly limitMs?: number
  readonly signal?: AbortSignal
}

/** An answer that has begun; the rest of it may come much later. */
export interface BegunAnswer {
  readonly status: number
  rest<T>(shape: z.ZodType<T>): Promise<T>
}

/** The Engine API of Docker (https://docs.docker.com/reference/api/engine/), in the version that the engine speaks. */
export interface Engine {
  /** As the docker command would be given it. */
  readonly address: string
  /** Throws `EngineError` when it does not answer, or answers 400 and above. */
  ask<T>(question: EngineQuestion, shape: z.ZodType<T>): Promise<T>
  /** For what is only done; 304, "is so already", is well. */
  tell(question: EngineQuestion): Promise<void>
  begin(question: EngineQuestion): Promise<BegunAnswer>
  /** A connection that speaks the stream of a container from then on, and what came with the answer already. */
  upgrade(question: EngineQuestion): Promise<{ readonly socket: Socket; readonly head: Buffer }>
}

/** @param host as DOCKER_HOST has it; without it that variable, else Docker's own socket. Throws `usage` for one that cannot be used. */
export function dockerEngine(host?: string): Engine {
  const address = engineAt(host)
  const place = parseEngineAddress(address)

  const send = (question: EngineQuestion, upgrades: boolean): Promise<Begun> =>
    new Promise((resolve, reject) => {
      const { method = 'GET', path, body, limitMs = defaultLimitMs, signal } = question
      const text = body === undefined ? undefined : JSON.stringify(body)
      const request = httpRequest({
        ...place,
        method,
        path,
        agent: false,
        headers: {
          host: 'docker',
          ...(text !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
          ...(upgrades && { connection: 'Upgrade', upgrade: 'tcp' }),
        },
        ...(signal && { signal }),
      })
      const late = setTimeout(() => {
        request.destroy(new EngineError(engineLate({ address, path: withoutQuery(path), limitMs })))
      }, limitMs)
      request.once('error', (error: Error) => {
        clearTimeout(late)
        reject(noAnswer(address, error))
      })
      request.once('response', (message) => {
        clearTimeout(late)
        resolve({ message })
      })
      request.once('upgrade', (message, socket, head) => {
        clearTimeout(late)
        // Who takes the stream gives it a listener of its own; until then a cut must not end the process.
        socket.on('error', () => undefined)
        resolve({ message, upgraded: { socket: socket as Socket, head } })
      })
      request.end(text)
    })

  const refusal = async (question: EngineQuestion, message: IncomingMessage): Promise<EngineError> => {
    const said = await bodyOf(message, address)
    const detail = fieldOf(parsed(said), 'message')
    const status = message.statusCode ?? 0
    return new EngineError(
      engineRefused({
        what: whatOf(question),
        status,
        detail: typeof detail === 'string' ? detail : said.slice(0, 500),
      }),
      { status },
    )
  }
  const begin = async (question: EngineQuestion): Promise<BegunAnswer> => {
    const { message } = await send(question, false)
    const status = message.statusCode ?? 0
    if (status >= 400) throw await refusal(question, message)
    return {
      status,
      rest: async (shape) => {
        const answer = shape.safeParse(parsed(await bodyOf(message, address)))
        if (answer.success) return answer.data
        const [issue] = answer.error.issues
        const detail = issue === undefined ? '?' : `${issue.path.join('.')}: ${issue.message}`
        throw new EngineError(unreadableAnswer({ what: whatOf(question), detail }))
      },
    }
  }
  return {
    address,
    begin,
    ask: async (question, shape) => (await begin(question)).rest(shape),
    tell: async (question) => {
      const { message } = await send(question, false)
      if ((message.statusCode ?? 0) >= 400) throw await refusal(question, message)
      await bodyOf(message, address)
    },
    upgrade: async (question) => {
      const { message, upgraded } = await send({ ...question, method: 'POST' }, true)
      if (upgraded !== undefined) return upgraded
      const status = message.statusCode ?? 0
      if (status >= 400) throw await refusal(question, message)
      message.destroy()
      throw new EngineError(unreadableAnswer({ what: whatOf(question), detail: `status ${status} instead of 101` }))
    },
  }
}

interface Begun {
  readonly message: IncomingMessage
  readonly upgraded?: { readonly socket: Socket; readonly head: Buffer }
}

async function bodyOf(message: IncomingMessage, address: string): Promise<string> {
  const pieces: Buffer[] = []
  let bytes = 0
  try {
    for await (const piece of message) {
      pieces.push(piece)
      bytes += piece.length
      if (bytes > maxAnswerBytes) throw new Error(`more than ${maxAnswerBytes} bytes`)
    }
  } catch (error) {
    throw noAnswer(address, error)
  }
  return Buffer.concat(pieces).toString('utf8')
}

function noAnswer(address: string, error: unknown): Error {
  if (error instanceof EngineError) return error
  const detail = error instanceof Error ? error.message : String(error)
  return new EngineError(noEngine({ address, detail }), { hint: noEngineHint({ address }), cause: error })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function whatOf({ method = 'GET', path }: EngineQuestion): string {
  return `${method} ${withoutQuery(path)}`
}

function withoutQuery(path: string): string {
  return path.split('?')[0] ?? path
}
