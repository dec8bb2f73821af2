import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import type { Client } from 'pg'
import { type ChatMessage, readChat } from './chat.ts'
import { type DemoServer, listen } from './listen.ts'

const slowMs = 800
const longestBody = 1_000_000

export interface DemoApiParts {
  readonly hasFaults: boolean
  /** A new session of its database. */
  connect(): Promise<Client>
  /** Somebody posted into the chat that it offers. */
  heard(message: ChatMessage): void
}

/**
 * The HTTP API of the demo, in front of its database. `POST /break` takes its database away and `POST /repair` gives it
 * back, for who wants to see what the watch does about it; `POST /chat` takes messages as Slack does.
 */
export async function startApi({ hasFaults, connect, heard }: DemoApiParts): Promise<DemoServer> {
  let database = await connect()
  let isBroken = false
  const look: Readonly<Record<string, () => Promise<Answer>>> = {
    '/': async () => ok({ name: 'MonAssurance', version: '1.4.2' }),
    '/api/clients': async () =>
      ok((await database.query('select id, name from clients where email = $1', ['client7@example.test'])).rows),
    '/api/policies': async () => {
      if (hasFaults) await wait(slowMs)
      return ok((await database.query('select id, number, status from policies where client_id = 7')).rows)
    },
    '/health': async () => {
      const hasDatabase = await database.query('select 1').then(
        () => true,
        () => false,
      )
      const checks = {
        database: { status: hasDatabase ? 'ok' : 'unhealthy' },
        cache: { status: 'ok' },
        documents: { status: hasFaults ? 'unhealthy' : 'ok' },
      }
      return { status: hasDatabase ? 200 : 503, body: { status: hasDatabase ? 'ok' : 'unhealthy', checks } }
    },
  }
  const act: Readonly<Record<string, (body: string) => Promise<Answer>>> = {
    '/break': async () => {
      isBroken = true
      await database.end()
      return ok({ database: 'gone' })
    },
    '/repair': async () => {
      if (isBroken) database = await connect()
      isBroken = false
      return ok({ database: 'back' })
    },
    '/chat': async (body) => {
      const message = readChat(body)
      if (message === undefined) return { status: 400, body: { error: 'not a message' } }
      heard(message)
      return ok({ ok: true })
    },
  }
  const answered = async (request: IncomingMessage): Promise<Answer> => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    const missing = { status: 404, body: { error: 'not found' } }
    if (request.method !== 'POST') return (await look[pathname]?.()) ?? missing
    return (await act[pathname]?.(await bodyOf(request))) ?? missing
  }
  const server = createServer((request, response) => {
    answered(request).then(
      (answer) => send(response, answer),
      (error: unknown) => send(response, { status: 500, body: { error: String(error) } }),
    )
  })
  const { port, close } = await listen(server)
  return {
    port,
    close: async () => {
      await close()
      if (!isBroken) await database.end()
    },
  }
}

interface Answer {
  readonly status: number
  readonly body: unknown
}

function ok(body: unknown): Answer {
  return { status: 200, body }
}

function send(response: ServerResponse, { status, body }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    bytes += chunk.length
    if (bytes > longestBody) throw new Error('the body is too long')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}
