import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { startApi, type TestApi } from '../../../test/support/api.ts'
import { rawHttp } from '../../../test/support/raw-http.ts'
import { createKeyRing } from '../../heartbeats/key-ring.ts'
import { createPingReceiver } from '../../heartbeats/receive-ping.ts'
import { openStore } from '../../store/open.ts'
import type { Store } from '../../store/store.ts'
import type { Ping } from './ping.ts'

const key = '0f1e2d3c4b5a69788796a5b4c3d2e1f0'
const run = '11111111-2222-4333-8444-55555555AAAA'

describe('a ping over HTTP', () => {
  let server: TestApi
  const got: Ping[] = []
  before(async () => {
    server = await startApi({
      receivePing: async (asked, ping) => {
        if (asked !== key) return { outcome: 'unknown' }
        got.push(ping)
        return got.length > 1000 ? { outcome: 'limited', retryAfterMs: 1500 } : { outcome: 'kept' }
      },
    })
  })
  after(() => server.api.close())

  const table: readonly (readonly [string, Partial<Ping>])[] = [
    ['', { kind: 'success', exitCode: undefined, runId: undefined, durationMs: undefined, body: undefined }],
    ['/', { kind: 'success' }],
    ['/start', { kind: 'start' }],
    ['/fail', { kind: 'fail', exitCode: undefined }],
    ['/log', { kind: 'log' }],
    ['/0', { kind: 'success', exitCode: 0 }],
    ['/1', { kind: 'fail', exitCode: 1 }],
    ['/255', { kind: 'fail', exitCode: 255 }],
    [`/start?rid=${run}`, { kind: 'start', runId: run.toLowerCase() }],
    [`/7?rid=${run}&durationMs=1234.5&x=y`, { kind: 'fail', exitCode: 7, durationMs: 1234.5 }],
    ['?durationMs=-1', { kind: 'success', durationMs: undefined }],
    ['?durationMs=999999999999', { kind: 'success', durationMs: undefined }],
  ]
  for (const [rest, expected] of table) {
    it(`to /ping/KEY${rest} says the same by GET, HEAD and POST`, async () => {
      for (const method of ['GET', 'HEAD', 'POST']) {
        const answer = await server.get(`/ping/${key}${rest}`, { method })
        assert.equal(answer.status, 200, method)
        const last = got.at(-1)
        assert.deepEqual({ ...last, ...expected }, last)
        assert.equal(last?.source, '127.0.0.1')
      }
    })
  }

  for (const rest of ['/256', '/999', '/-1', '/1e2', '/done', '/start/x', '?rid=7', `?rid=${run}x`]) {
    it(`to /ping/KEY${rest} is refused and does not count`, async () => {
      const before = got.length
      assert.ok([400, 404].includes((await server.get(`/ping/${key}${rest}`)).status))
      assert.equal(got.length, before)
    })
  }

  it('keeps the first 10 kB of what is posted, and a character is never cut in two', async () => {
    for (const bytes of [10_000, 10_001, 900_000, 3_000_000]) {
      const body = `${'é'.repeat(Math.ceil(bytes / 2) - 1)}x`
      const answer = await server.get(`/ping/${key}`, { method: 'POST', body })
      assert.equal(answer.status, 200)
      const kept = got.at(-1)?.body ?? ''
      assert.ok(Buffer.byteLength(kept) <= 10_000)
      assert.ok(body.startsWith(kept) && kept.length >= 4999, `${bytes}: ${kept.length}`)
    }
  })

  it('with a packed body is refused: what is inside could be of any size', async () => {
    const answer = await server.get(`/ping/${key}`, {
      method: 'POST',
      body: 'x',
      headers: { 'content-encoding': 'gzip' },
    })
    assert.equal(answer.status, 415)
  })

  it('with a key that nobody has is not found, whatever it looks like, and the answer holds no key', async () => {
    for (const other of ['x', key.slice(1), `${key}0`, 'a'.repeat(200)]) {
      const answer = await server.get(`/ping/${other}`)
      const text = await answer.text()
      assert.deepEqual([answer.status, JSON.parse(text).error.code], [404, 'unknown-heartbeat'])
      assert.ok(!text.includes(other) || other === 'x')
    }
    assert.equal(
      (await rawHttp(server.url, `GET /ping/${key}%2e HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`)).status,
      404,
    )
  })

  it('that comes too often is told when to come again', async () => {
    got.length = 1001
    const answer = await server.get(`/ping/${key}`)
    assert.deepEqual([answer.status, answer.headers.get('retry-after')], [429, '2'])
  })

  it('is counted by how it ended', async () => {
    const text = await (await server.get('/metrics')).text()
    for (const outcome of ['kept', 'unknown', 'limited']) {
      assert.match(text, new RegExp(`vigie_pings_total\\{outcome="${outcome}"\\} [1-9]`))
    }
  })
})

describe('a ping over HTTP that is kept for real', () => {
  let dir: string
  let store: Store
  let server: TestApi
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'vigie-ping-route-'))
    store = await openStore({ kind: 'sqlite', dir: join(dir, 'state') })
    const heartbeat = {
      ...{ system: 'shop', name: 'nightly', rhythm: { everyMs: 60_000 }, graceMs: 60_000, severity: 'high' as const },
      ...{ key, baseDir: dir },
    }
    let monotonic = 0
    const clock = { now: () => new Date(Date.UTC(2026, 0, 5) + monotonic), monotonicMs: () => monotonic++ }
    server = await startApi({
      receivePing: createPingReceiver({ keys: await createKeyRing([heartbeat]), store: store.heartbeats, clock }),
    })
  })
  after(async () => {
    await server.api.close()
    await rm(dir, { recursive: true })
  })

  it('stands in the state, and is an error when the state is gone, so that its sender tries again', async () => {
    await server.get(`/ping/${key}/start?rid=${run}`)
    await server.get(`/ping/${key}/3?rid=${run}`, { method: 'POST', body: 'disk full' })
    const state = await store.heartbeats.get('shop', 'nightly')
    assert.deepEqual([state?.status, state?.lastExitCode, state?.lastRunId], ['failed', 3, run.toLowerCase()])
    assert.equal((await store.heartbeats.pings('shop', 'nightly', 1))[0]?.body, 'disk full')
    await store.close()
    const answer = await server.get(`/ping/${key}`)
    assert.ok(answer.status >= 500, String(answer.status))
    assert.match(await (await server.get('/metrics')).text(), /vigie_pings_total\{outcome="failed"\} 1/)
  })
})
