import { createServer, type IncomingHttpHeaders } from 'node:http'
import { tcpAddress } from '../../src/platform/tcp-address.ts'

export interface ToldRequest {
  readonly method: string
  /** Below the bucket: `a/b`; empty for the bucket itself. */
  readonly key: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export interface ToldAnswer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
  /** The connection is reset after so many bytes of the body; -1: before any answer. */
  readonly cutAfter?: number
}

export interface ToldS3 {
  readonly endpoint: string
  readonly requests: ToldRequest[]
  close(): Promise<void>
}

/**
 * A server that answers as it is told, for what no real one can be made to do. What the telling leaves out is answered as
 * a store that has the bucket `told`, with nothing in it.
 */
export async function toldS3(answer: (request: ToldRequest) => ToldAnswer | undefined): Promise<ToldS3> {
  const requests: ToldRequest[] = []
  const server = createServer((incoming, outgoing) => {
    const pieces: Buffer[] = []
    incoming.on('data', (piece: Buffer) => pieces.push(piece))
    incoming.on('error', () => outgoing.destroy())
    incoming.on('end', () => {
      const url = new URL(incoming.url ?? '/', 'http://told')
      const key = decodeURIComponent(url.pathname).replace(/^\/told\/?/, '')
      const { method = 'GET', headers } = incoming
      const request = { method, key, query: url.searchParams, headers, body: Buffer.concat(pieces) }
      requests.push(request)
      const { status = 200, headers: told = {}, body = '', cutAfter } = answer(request) ?? usual(request)
      if (cutAfter === -1) return void incoming.socket.resetAndDestroy()
      const bytes = Buffer.from(body)
      const length = told['transfer-encoding'] === undefined ? { 'content-length': String(bytes.length) } : {}
      outgoing.writeHead(status, { ...length, ...told })
      if (method === 'HEAD') return void outgoing.end()
      if (cutAfter === undefined) return void outgoing.end(bytes)
      outgoing.write(bytes.subarray(0, cutAfter), () => incoming.socket.end())
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    endpoint: `http://127.0.0.1:${tcpAddress(server).port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** An error as S3 words it. */
export function refusal(code: string, status: number): ToldAnswer {
  return { status, body: `<Error><Code>${code}</Code><Message>${code} it is</Message></Error>` }
}

function usual({ method, key, query }: ToldRequest): ToldAnswer {
  if (method === 'GET' && key === '' && query.has('list-type'))
    return { body: '<ListBucketResult><Name>told</Name><IsTruncated>false</IsTruncated></ListBucketResult>' }
  if (query.has('object-lock')) return refusal('ObjectLockConfigurationNotFoundError', 404)
  if (method === 'DELETE') return { status: 204 }
  if (method === 'PUT') return { headers: { etag: '"told"' } }
  return method === 'HEAD' ? { status: 404 } : refusal('NoSuchKey', 404)
}
