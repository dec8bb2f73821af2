import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import type { LookupFunction } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { type GuardedPost, guardedPost } from './guarded-post.ts'
import { tcpAddress } from './tcp-address.ts'

let server: Server
let port = 0
const seen: string[] = []
before(async () => {
  server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url} ${request.headers.host}`)
    if (request.url === '/hang') return
    if (request.url === '/on') response.writeHead(302, { location: `http://127.0.0.1:${port}/inside` }).end()
    else if (request.url === '/long') response.end('x'.repeat(1_000_000))
    else response.end('fine')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = tcpAddress(server).port
})
after(() => {
  server.closeAllConnections()
  server.close()
})

const post = (url: string, changes: Partial<GuardedPost> = {}) =>
  guardedPost({
    url: new URL(url),
    headers: {},
    body: '{}',
    allowPrivate: false,
    timeoutMs: 5000,
    signal: new AbortController().signal,
    ...changes,
  })
/** A name server that says something else each time, as one that is out to deceive does. */
const resolving = (...turns: readonly (readonly string[])[]): LookupFunction => {
  let turn = 0
  return (_name, options, callback) => {
    const addresses = turns[Math.min(turn++, turns.length - 1)] ?? []
    const all = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
    if (options.all) callback(null, all)
    else callback(null, all[0]?.address ?? '', all[0]?.family)
  }
}

describe('a guarded post', () => {
  for (const host of [
    '127.0.0.1',
    '2130706433',
    '0x7f.1',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '10.0.0.1',
    '169.254.169.254',
  ]) {
    it(`does not go to ${host}`, async () => {
      const count = seen.length
      assert.equal((await post(`http://${host}:${port}/inside`)).outcome, 'internal')
      assert.equal(seen.length, count)
    })
  }

  it('does not go to a name that leads inside, at its first address or any other', async () => {
    const count = seen.length
    for (const addresses of [['127.0.0.1'], ['1.1.1.1', '127.0.0.1'], ['2606:4700::1111', '::1']]) {
      const answer = await post(`http://receiver.test:${port}/`, { lookup: resolving(addresses) })
      assert.equal(answer.outcome, 'internal')
    }
    assert.equal(seen.length, count)
  })

  it('looks at the very address that it connects to: a name that turns inside meanwhile does not pass', async () => {
    const count = seen.length
    const lookup = resolving(['192.0.2.1'], ['127.0.0.1'])
    for (let turn = 0; turn < 3; turn++) {
      assert.equal((await post(`http://receiver.test:${port}/`, { lookup })).outcome, 'internal')
    }
    assert.equal(seen.length, count)
  })

  it('goes inside when that is allowed, by address and by name', async () => {
    const answer = await post(`http://127.0.0.1:${port}/a`, { allowPrivate: true })
    assert.equal(answer.outcome === 'answered' && answer.body, 'fine')
    const named = await post(`http://receiver.test:${port}/b`, { allowPrivate: true, lookup: resolving(['127.0.0.1']) })
    assert.equal(named.outcome, 'answered')
    assert.equal(seen.at(-1), `POST /b receiver.test:${port}`)
  })

  it('is not sent on by a redirect', async () => {
    const answer = await post(`http://127.0.0.1:${port}/on`, { allowPrivate: true })
    assert.ok(answer.outcome === 'answered')
    assert.equal(answer.status, 302)
    assert.ok(!seen.some((line) => line.includes('/inside')))
  })

  it('keeps the beginning of a long answer', async () => {
    const answer = await post(`http://127.0.0.1:${port}/long`, { allowPrivate: true })
    assert.ok(answer.outcome === 'answered')
    assert.deepEqual([answer.body.length, answer.isBodyCut], [10_000, true])
  })

  it('ends at its time limit, and when it is given up', async () => {
    const short = await post(`http://127.0.0.1:${port}/hang`, { allowPrivate: true, timeoutMs: 50 })
    assert.equal(short.outcome, 'timed-out')
    const given = await post(`http://127.0.0.1:${port}/hang`, { allowPrivate: true, signal: AbortSignal.abort() })
    assert.equal(given.outcome, 'timed-out')
  })

  it('tells a closed port and a name that nobody knows', async () => {
    assert.equal((await post('http://127.0.0.1:1/', { allowPrivate: true })).outcome, 'refused')
    const lookup: LookupFunction = (_name, _options, callback) =>
      callback(Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' }), '', 4)
    assert.equal((await post(`http://receiver.test:${port}/`, { lookup })).outcome, 'name-not-found')
  })
})
