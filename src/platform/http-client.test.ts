import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http'
import { after, before, describe, it } from 'node:test'
import type { AnswerHead } from '../core/context.ts'
import { createHttpClient } from './http-client.ts'
import { tcpAddress } from './tcp-address.ts'

async function listening(listener: RequestListener): Promise<{ server: Server; url: string }> {
  const server = createServer(listener)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return { server, url: `http://127.0.0.1:${tcpAddress(server).port}` }
}

describe('a request that is sent elsewhere', () => {
  const http = createHttpClient({})
  const servers: Server[] = []
  let there = ''
  let here = ''
  let got: IncomingHttpHeaders = {}
  before(async () => {
    const other = await listening((request, response) => {
      got = request.headers
      response.end('there')
    })
    const first = await listening((request, response) => {
      if (request.url === '/same') return void response.writeHead(302, { location: '/end' }).end()
      if (request.url === '/end') {
        got = request.headers
        return void response.end('here')
      }
      response.writeHead(302, { location: other.url }).end()
    })
    there = other.url
    here = first.url
    servers.push(other.server, first.server)
  })
  after(async () => {
    await http.close()
    for (const server of servers) server.close()
  })
  const headers = {
    'x-auth-token': 'k81',
    apikey: 'k82',
    Authorization: 'Bearer k83',
    cookie: 'k84',
    accept: 'text/css',
  }

  it('takes none of its own headers to another origin, whatever they are called', async () => {
    const answer = await http.send({ url: here, headers, timeoutMs: 5000, maxRedirects: 5 })
    assert.ok(answer.outcome === 'answered' && answer.url === `${there}/`)
    assert.doesNotMatch(JSON.stringify(got), /k8\d/)
    assert.equal(got.accept, 'text/css')
  })

  it('takes them along within its origin', async () => {
    await http.send({ url: `${here}/same`, headers, timeoutMs: 5000, maxRedirects: 5 })
    assert.equal(got['x-auth-token'], 'k81')
    assert.equal(got.authorization, 'Bearer k83')
  })
})

describe('a body read piece by piece', () => {
  const http = createHttpClient({})
  let server: Server
  let url: string
  before(async () => {
    server = createServer((request, response) => {
      response.setHeader('content-type', 'text/x')
      if (request.url !== '/stall') return void response.end('x'.repeat(300_000))
      response.flushHeaders()
      response.once('close', () => server.emit('gone'))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    url = `http://127.0.0.1:${tcpAddress(server).port}/`
  })
  after(async () => {
    await http.close()
    server.close()
  })

  it('is handed over up to its limit and not kept', async () => {
    let bytes = 0
    const types = new Set<string>()
    const onBody = (piece: Uint8Array, { status, headers }: AnswerHead): void => {
      bytes += piece.length
      types.add(`${status} ${headers['content-type']}`)
    }
    const answer = await http.send({ url, timeoutMs: 5000, onBody })
    assert.ok(answer.outcome === 'answered')
    assert.deepEqual([answer.body, answer.isBodyCut, bytes, [...types]], ['', false, 300_000, ['200 text/x']])
    bytes = 0
    const cut = await http.send({ url, timeoutMs: 5000, maxBodyBytes: 1000, onBody })
    assert.deepEqual([cut.outcome === 'answered' && cut.isBodyCut, bytes], [true, 1000])
  })

  it('ends with the error of its reader, and its connection with it', async () => {
    const refusal = new Error('no more')
    const refuse = (): never => {
      throw refusal
    }
    await assert.rejects(http.send({ url, timeoutMs: 5000, onBody: refuse }), refusal)
    const closed = once(server, 'gone')
    await assert.rejects(http.send({ url: `${url}stall`, timeoutMs: 5000, onHead: refuse }), refusal)
    await closed
  })

  it('comes after its head, however much later that is', async () => {
    const end = new AbortController()
    const heads: AnswerHead[] = []
    const onHead = (head: AnswerHead): void => {
      heads.push(head)
      end.abort()
    }
    const answer = await http.send({ url: `${url}stall`, timeoutMs: 5000, onHead }, end.signal)
    assert.equal(answer.outcome, 'timed-out')
    assert.deepEqual(
      heads.map(({ status, headers }) => [status, headers['content-type']]),
      [[200, 'text/x']],
    )
  })
})
