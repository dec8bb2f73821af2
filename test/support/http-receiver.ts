import { createServer, type IncomingMessage } from 'node:http'
import { tcpAddress } from '../../src/platform/tcp-address.ts'

export interface Received {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export interface HttpReceiver extends AsyncDisposable {
  readonly url: string
  readonly received: Received[]
  /** What the next requests get; the last one stays. 0 is no answer at all. */
  answer(...answers: readonly { status: number; headers?: Record<string, string>; body?: string }[]): void
  /** Settles when so many requests have come. */
  until(count: number): Promise<void>
}

/** A real HTTP server on the loopback that keeps what it gets. */
export async function startHttpReceiver(port = 0): Promise<HttpReceiver> {
  const received: Received[] = []
  let answers: readonly { status: number; headers?: Record<string, string>; body?: string }[] = [{ status: 200 }]
  const waiting: { count: number; done: () => void }[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const { method = '', url = '', headers } = request
    received.push({ method, path: url, headers, body: Buffer.concat(chunks).toString() })
    const answer = answers[0] ?? { status: 200 }
    if (answers.length > 1) answers = answers.slice(1)
    for (const { count, done } of waiting) if (received.length >= count) done()
    if (answer.status !== 0) response.writeHead(answer.status, answer.headers).end(answer.body ?? '')
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${tcpAddress(server).port}`,
    received,
    answer: (...next) => {
      answers = next
    },
    until: (count) =>
      new Promise((done) => {
        if (received.length >= count) done()
        else waiting.push({ count, done })
      }),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
