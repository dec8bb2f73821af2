import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { VigieError } from '../core/errors.ts'
import { openStore } from '../store/open.ts'
import type { Store } from '../store/store.ts'
import type { Heartbeat } from './heartbeat.ts'
import { createKeyRing } from './key-ring.ts'
import { createPingReceiver, type PingContent } from './receive-ping.ts'

const keys = ['0f1e2d3c4b5a69788796a5b4c3d2e1f0', '3b2a1908f7e6d5c4b3a291807f6e5d4c'] as const
let dir: string
let store: Store

const aHeartbeat = (name: string, key: Heartbeat['key']): Heartbeat => ({
  system: 'shop',
  name,
  rhythm: { everyMs: 60_000 },
  graceMs: 60_000,
  severity: 'high',
  key,
  baseDir: dir,
})
const ping = (changes: Partial<PingContent> = {}): PingContent => ({
  kind: 'success',
  exitCode: undefined,
  runId: undefined,
  source: '127.0.0.1',
  body: undefined,
  ...changes,
})

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'vigie-pings-'))
  store = await openStore({ kind: 'sqlite', dir: join(dir, 'state') })
  await writeFile(join(dir, 'key'), `${keys[1]}\n`)
})
after(async () => {
  await store.close()
  await rm(dir, { recursive: true })
})

describe('keys of heartbeats', () => {
  it('are read from where the config names them, and only a whole key is known', async () => {
    const ring = await createKeyRing([aHeartbeat('a', keys[0]), aHeartbeat('b', { secretFile: 'key' })])
    assert.equal(ring.find(keys[0])?.name, 'a')
    assert.equal(ring.find(keys[1])?.name, 'b')
    for (const none of ['', keys[0].slice(1), `${keys[0]}0`, keys[0].toUpperCase()]) {
      assert.equal(ring.find(none), undefined)
    }
  })
  const refused: readonly (readonly [string, readonly Heartbeat['key'][], string])[] = [
    ['that is not set', [{ env: 'VIGIE_TEST_NO_SUCH_KEY' }], 'secret-missing'],
    ['that is short', [{ secretFile: 'short' }], 'config-invalid'],
    ['that two heartbeats have', [keys[1], { secretFile: 'key' }], 'config-invalid'],
  ]
  for (const [what, given, code] of refused) {
    it(`are refused when there is one ${what}, and the text does not hold it`, async () => {
      await writeFile(join(dir, 'short'), 'hunter2hunter2')
      await assert.rejects(createKeyRing(given.map((key, index) => aHeartbeat(`h${index}`, key))), (error) => {
        assert.ok(error instanceof VigieError)
        assert.equal(error.code, code)
        assert.doesNotMatch(JSON.stringify(error.text), /hunter2|3b2a19/)
        return true
      })
    })
  }
})

describe('pings that come in', () => {
  let monotonic = 0
  let now = Date.UTC(2026, 0, 5)
  const clock = { now: () => new Date(now), monotonicMs: () => monotonic }
  const receiver = async (limit?: { burst: number; refillMs: number }) =>
    createPingReceiver({
      keys: await createKeyRing([aHeartbeat('a', keys[0]), aHeartbeat('b', keys[1])]),
      store: store.heartbeats,
      clock,
      ...(limit && { limit }),
    })

  it('are kept with their duration by run id, secrets of the text masked', async () => {
    const receive = await receiver()
    assert.deepEqual(await receive(keys[0], ping({ kind: 'start', runId: 'r1' })), { outcome: 'kept' })
    now += 90_000
    const body = 'done\u001b[2J password=hunter2-planted'
    assert.deepEqual(await receive(keys[0], ping({ kind: 'fail', exitCode: 2, runId: 'r1', body })), {
      outcome: 'kept',
    })
    const state = await store.heartbeats.get('shop', 'a')
    assert.deepEqual([state?.status, state?.lastDurationMs, state?.lastExitCode], ['failed', 90_000, 2])
    const [kept] = await store.heartbeats.pings('shop', 'a', 1)
    assert.match(kept?.body ?? '', /^done␛/)
    assert.doesNotMatch(kept?.body ?? '', /hunter2/)
  })

  it('with a key that nobody has change nothing', async () => {
    const receive = await receiver()
    assert.deepEqual(await receive('nobody', ping()), { outcome: 'unknown' })
    assert.deepEqual(await store.heartbeats.list('nobody'), [])
  })

  it('are limited for each key, on a clock that does not step, and taken again when time has passed', async () => {
    const receive = await receiver({ burst: 3, refillMs: 1000 })
    const outcomes: string[] = []
    for (let index = 0; index < 5; index++) outcomes.push((await receive(keys[1], ping())).outcome)
    assert.deepEqual(outcomes, ['kept', 'kept', 'kept', 'limited', 'limited'])
    assert.equal((await receive(keys[0], ping())).outcome, 'kept')
    now += 3_600_000
    assert.deepEqual(await receive(keys[1], ping()), { outcome: 'limited', retryAfterMs: 1000 })
    monotonic += 1000
    assert.equal((await receive(keys[1], ping())).outcome, 'kept')
    assert.equal((await store.heartbeats.pings('shop', 'b', 100)).length, 4)
  })

  it('that come at once are kept one after the other: a start and its end are never mixed up', async () => {
    const receive = await receiver()
    const runs = Array.from({ length: 15 }, (_, index) => `run-${index}`)
    await Promise.all(
      runs.flatMap((runId) => [receive(keys[1], ping({ kind: 'start', runId })), receive(keys[1], ping({ runId }))]),
    )
    const kept = await store.heartbeats.pings('shop', 'b', 30)
    assert.deepEqual(
      kept.toReversed().map(({ runId }) => runId),
      runs.flatMap((runId) => [runId, runId]),
    )
    assert.equal((await store.heartbeats.get('shop', 'b'))?.status, 'up')
  })
})
