import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { HeartbeatRow, PingRow } from '../../src/store/watch-store.ts'
import { type StorePlace, withStore } from './store-place.ts'
import { at, halfCharacter } from './store-samples.ts'

const aPing = (seconds: number, changes: Partial<PingRow> = {}): PingRow => ({
  system: 'shop',
  heartbeat: 'nightly',
  at: at(seconds),
  kind: 'success',
  exitCode: undefined,
  runId: undefined,
  durationMs: undefined,
  source: '127.0.0.1',
  body: undefined,
  ...changes,
})

const aState = (seconds: number, changes: Partial<HeartbeatRow> = {}): HeartbeatRow => ({
  system: 'shop',
  name: 'nightly',
  status: 'up',
  lastPingAt: at(seconds),
  lastStartAt: undefined,
  lastSuccessAt: at(seconds),
  lastRunId: undefined,
  lastDurationMs: undefined,
  lastExitCode: undefined,
  ...changes,
})

export function heartbeatContract(name: string, place: () => Promise<StorePlace>): void {
  describe(`${name}: heartbeats`, () => {
    test('a ping and what is known of its heartbeat come back as they were given', () =>
      withStore(place, async (store) => {
        const ping = aPing(5, { kind: 'fail', exitCode: 3, runId: 'r-1', durationMs: 12.75, body: 'échec\n' })
        const state = aState(5, {
          status: 'failed',
          lastStartAt: at(1),
          lastRunId: 'r-1',
          lastDurationMs: 12.75,
          lastExitCode: 3,
        })
        await store.heartbeats.ping(ping, state)
        assert.deepEqual(await store.heartbeats.get('shop', 'nightly'), state)
        assert.deepEqual(await store.heartbeats.pings('shop', 'nightly', 10), [ping])
        assert.equal(await store.heartbeats.get('shop', 'weekly'), undefined)
        assert.equal(await store.heartbeats.get('other', 'nightly'), undefined)
      }))

    test('the state is that of the last ping, the pings stand newest first and apart by heartbeat and system', () =>
      withStore(place, async (store) => {
        // A clock that stepped back: they stand as they came, not by their times.
        for (const seconds of [1, 9, 5]) await store.heartbeats.ping(aPing(seconds), aState(seconds))
        await store.heartbeats.ping(aPing(7, { heartbeat: 'hourly' }), aState(7, { name: 'hourly' }))
        await store.heartbeats.ping(aPing(8, { system: 'blog' }), aState(8, { system: 'blog', status: 'failed' }))
        assert.deepEqual(await store.heartbeats.pings('shop', 'nightly', 2), [aPing(5), aPing(9)])
        assert.deepEqual(await store.heartbeats.list('shop'), [aState(7, { name: 'hourly' }), aState(5)])
        assert.equal((await store.heartbeats.get('blog', 'nightly'))?.status, 'failed')
      }))

    test('what others send is kept though a database takes not every text', () =>
      withStore(place, async (store) => {
        await store.heartbeats.ping(aPing(1, { body: `a\u0000b${halfCharacter}` }), aState(1))
        const [kept] = await store.heartbeats.pings('shop', 'nightly', 1)
        assert.equal(kept?.body, 'a\u2400b\ufffd')
      }))

    test('the newest hundred pings of each heartbeat are kept, and the others stay untouched', () =>
      withStore(place, async (store) => {
        await store.heartbeats.ping(aPing(0, { heartbeat: 'hourly' }), aState(0, { name: 'hourly' }))
        for (let index = 0; index < 105; index++) await store.heartbeats.ping(aPing(index), aState(index))
        const kept = await store.heartbeats.pings('shop', 'nightly', 1000)
        assert.deepEqual(
          kept.map((ping) => ping.at),
          Array.from({ length: 100 }, (_, index) => at(104 - index)),
        )
        assert.equal((await store.heartbeats.pings('shop', 'hourly', 10)).length, 1)
      }))

    test('a state that cannot be kept leaves no ping behind', () =>
      withStore(place, async (store) => {
        const broken = aState(1, { status: null as unknown as HeartbeatRow['status'] })
        await assert.rejects(store.heartbeats.ping(aPing(1), broken))
        assert.deepEqual(await store.heartbeats.pings('shop', 'nightly', 10), [])
        assert.deepEqual(await store.heartbeats.list('shop'), [])
      }))
  })
}
