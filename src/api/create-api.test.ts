import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { startApi, type TestApi } from '../../test/support/api.ts'
import { rawHttp } from '../../test/support/raw-http.ts'
import { VigieError } from '../core/errors.ts'
import { message } from '../core/message.ts'

const full = message('test.disk-full', { en: () => 'The disk is full.', fr: () => 'Le disque est plein.' })
const head = 'host: x\r\n'

/** Resolves when the other side has ended the connection. */
const ended = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    socket.on('error', () => undefined)
    socket.resume().once('close', () => resolve())
  })

describe('the HTTP server', () => {
  let server: TestApi
  let isReady = true
  before(async () => {
    server = await startApi(
      {
        readiness: async () => {
          if (!isReady) throw new VigieError('store-unwritable', full({}))
          return { isReady: true }
        },
        limits: { headersMs: 300, requestMs: 400, handlerMs: 300, maxHeaderBytes: 4096 },
        receivePing: async (key) => {
          if (key === 'broken') throw new TypeError('planted secret of the inside')
          if (key === 'never') await new Promise(() => undefined)
          return { outcome: 'kept' }
        },
      },
      [full],
    )
  })
  after(() => server.api.close())

  it('listens on loopback alone unless told otherwise', () => {
    assert.match(server.url, /^http:\/\/127\.0\.0\.1:\d+$/)
  })

  it('says that it is healthy, and HEAD says the same without a body', async () => {
    const got = await server.get('/-/healthy')
    assert.deepEqual([got.status, await got.json()], [200, { status: 'healthy' }])
    const head = await server.get('/-/healthy', { method: 'HEAD' })
    assert.deepEqual([head.status, await head.text()], [200, ''])
    assert.equal(head.headers.get('content-length'), got.headers.get('content-length'))
  })

  it('is ready until its state cannot be written, says why in the language of who asks, and stays healthy', async () => {
    assert.equal((await server.get('/-/ready')).status, 200)
    isReady = false
    try {
      const got = await server.get('/-/ready', { headers: { 'accept-language': 'fr-FR,en;q=0.5' } })
      assert.equal(got.status, 503)
      assert.deepEqual(await got.json(), {
        error: { code: 'store-unwritable', message: 'Le disque est plein.', hint: null },
      })
      assert.equal((await server.get('/-/healthy')).status, 200)
    } finally {
      isReady = true
    }
  })

  it('lets nothing that it says be kept, guessed at, framed or told to others', async () => {
    for (const path of ['/-/healthy', '/nowhere', '/a/x']) {
      const { headers } = await server.get(path)
      assert.equal(headers.get('cache-control'), 'no-store', path)
      assert.equal(headers.get('referrer-policy'), 'no-referrer', path)
      assert.equal(headers.get('x-content-type-options'), 'nosniff', path)
      assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'.*frame-ancestors 'none'/, path)
    }
  })

  const refused: readonly (readonly [string, string, string, number, string])[] = [
    ['an address that is none', 'GET', '/nowhere', 404, 'not-found'],
    ['an address that begins like one', 'GET', '/-/healthyy', 404, 'not-found'],
    ['a path that climbs', 'GET', '/ping/../metrics', 404, 'not-found'],
    ['a path of two slashes', 'GET', '//metrics', 404, 'not-found'],
    ['a method that an address does not take', 'DELETE', '/metrics', 405, 'method-not-allowed'],
    ['a POST where nothing is taken', 'POST', '/-/healthy', 405, 'method-not-allowed'],
    ['a GET where something is posted', 'GET', '/api/v1/alerts/webhook', 405, 'method-not-allowed'],
    ['a path that is too long', 'GET', `/ping/${'a'.repeat(3000)}`, 400, 'usage'],
  ]
  for (const [what, method, path, status, code] of refused) {
    it(`refuses ${what} in the shape of every error`, async () => {
      const got = await rawHttp(server.url, `${method} ${path} HTTP/1.1\r\n${head}connection: close\r\n\r\n`)
      assert.equal(got.status, status, got.text)
      const { error } = JSON.parse(got.body)
      assert.deepEqual(Object.keys(error), ['code', 'message', 'hint'])
      assert.equal(error.code, code)
      assert.ok(status !== 405 || /^allow: /im.test(got.text), got.text)
    })
  }

  const unreadable: readonly (readonly [string, string, number])[] = [
    ['garbage', '\x16\x03\x01\x02\x00\x01\x00', 400],
    ['two lengths', `POST /ping/k HTTP/1.1\r\n${head}content-length: 1\r\ncontent-length: 2\r\n\r\nab`, 400],
    [
      'a length and chunks',
      `POST /ping/k HTTP/1.1\r\n${head}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
      400,
    ],
    ['a bad chunk', `POST /ping/k HTTP/1.1\r\n${head}transfer-encoding: chunked\r\n\r\nzz\r\n`, 400],
    ['headers without end', `GET / HTTP/1.1\r\n${head}x: ${'a'.repeat(9000)}\r\n\r\n`, 431],
    ['a header with a line feed in its name', `GET / HTTP/1.1\r\n${head}a\nb: c\r\n\r\n`, 400],
  ]
  for (const [what, bytes, status] of unreadable) {
    it(`answers ${what} with an error and hangs up`, async () => {
      const got = await rawHttp(server.url, bytes)
      assert.equal(got.status, status, got.text)
      assert.equal(typeof JSON.parse(got.body).error.code, 'string')
    })
  }

  it('hangs up on who sends headers or a body drop by drop, and on who sends nothing', async () => {
    const slowly = ['GET / HTTP/1.1\r\nhost:', `POST /ping/slow HTTP/1.1\r\n${head}content-length: 100\r\n\r\nab`]
    for (const bytes of slowly) {
      const got = await rawHttp(server.url, bytes)
      assert.equal(got.status, 408, got.text)
      assert.equal(JSON.parse(got.body).error.code, 'request-timeout')
    }
    const silent = await rawHttp(server.url, '')
    assert.ok(silent.status === 408 || silent.text === '', silent.text)
  })

  it('takes no ping whose body did not come whole', async () => {
    const before = server.parts.metrics.registry.render('prometheus')
    await rawHttp(server.url, `POST /ping/half HTTP/1.1\r\n${head}content-length: 100\r\n\r\nab`, { end: true })
    const pings = (text: string): string =>
      text
        .split('\n')
        .filter((line) => line.startsWith('vigie_pings_total{'))
        .join()
    assert.equal(pings(server.parts.metrics.registry.render('prometheus')), pings(before))
  })

  it('says nothing of its inside when it fails, and tells it to who runs it', async () => {
    const got = await server.get('/ping/broken')
    const text = await got.text()
    assert.equal(got.status, 500)
    assert.doesNotMatch(text, /planted/)
    assert.equal(JSON.parse(text).error.code, 'internal')
    assert.match(String(server.errors.at(-1)), /planted secret/)
  })

  it('answers in time though a part never does', async () => {
    const got = await server.get('/ping/never')
    assert.deepEqual([got.status, JSON.parse(await got.text()).error.code], [503, 'no-answer'])
  })

  it('answers once, though the rest of a request never comes', async () => {
    const got = await rawHttp(server.url, `POST /nowhere HTTP/1.1\r\n${head}content-length: 100\r\n\r\nab`)
    assert.equal(got.status, 404)
    assert.equal(got.text.split('HTTP/1.1').length, 2, got.text)
  })
})

describe('the HTTP server under pressure', () => {
  it('holds no more connections than it may, and serves again when they are gone', async () => {
    const server = await startApi({ limits: { maxConnections: 5, headersMs: 60_000, requestMs: 60_000 } })
    try {
      const { hostname, port } = new URL(server.url)
      const held = await Promise.all(
        Array.from({ length: 5 }, () => {
          const socket = connect(Number(port), hostname)
          return new Promise<Socket>((resolve) => socket.once('connect', () => resolve(socket)))
        }),
      )
      assert.equal((await rawHttp(server.url, `GET /-/healthy HTTP/1.1\r\n${head}\r\n`)).text, '')
      const gone = held.map(ended)
      for (const socket of held) socket.destroy()
      await Promise.all(gone)
      const deadline = Date.now() + 10_000
      let status = 0
      while (status !== 200 && Date.now() < deadline) {
        status = await server.get('/-/healthy').then(
          (got) => got.status,
          () => 0,
        )
      }
      assert.equal(status, 200)
    } finally {
      await server.api.close()
    }
  })

  it('stops soon though connections are open, idle, half sent or waiting, and takes no new ones', async () => {
    const started = Promise.withResolvers<void>()
    const server = await startApi({
      limits: { stopMs: 100, headersMs: 60_000, requestMs: 60_000, handlerMs: 60_000 },
      receivePing: async () => {
        started.resolve()
        return new Promise(() => undefined)
      },
    })
    const { hostname, port } = new URL(server.url)
    const open = [
      '',
      'GET / HTTP',
      'GET /-/healthy HTTP/1.1\r\nhost: x\r\n\r\n',
      'GET /ping/k HTTP/1.1\r\nhost: x\r\n\r\n',
    ]
    const sockets = open.map((bytes) => {
      const socket = connect(Number(port), hostname)
      socket.write(bytes)
      return ended(socket)
    })
    await started.promise
    await server.api.close()
    await Promise.all(sockets)
    await assert.rejects(server.get('/-/healthy'))
    await server.api.close()
  })

  it('finishes the answers that it has begun before it stops', async () => {
    const [started, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const server = await startApi({
      receivePing: async () => {
        started.resolve()
        await go.promise
        return { outcome: 'kept' }
      },
    })
    const answer = server.get('/ping/k')
    await started.promise
    const stopped = server.api.close()
    go.resolve()
    assert.equal((await answer).status, 200)
    await stopped
  })

  it('says which address is taken when it cannot listen', async () => {
    const server = await startApi()
    await assert.rejects(
      startApi().then(async (other) => {
        await other.api.close()
        return other.api.listen({ port: Number(new URL(server.url).port) })
      }),
      { code: 'EADDRINUSE' },
    )
    await server.api.close()
  })
})
