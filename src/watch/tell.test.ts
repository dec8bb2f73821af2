import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { Alert } from '../core/alert.ts'
import { createFormatter } from '../core/formatter.ts'
import { message } from '../core/message.ts'
import type { NotifySystem } from '../notify/notify-system.ts'
import { openStore } from '../store/open.ts'
import type { Store } from '../store/store.ts'
import type { OutboxItem } from '../store/watch-store.ts'
import { newAlert, resolved } from './new-alert.ts'
import { createTell, type TellParts } from './tell.ts'

const title = message('test.title', { en: () => 'down', fr: () => 'en panne' })({})
const now = new Date('2026-11-21T03:00:00Z')
const later = (minutes: number): Date => new Date(now.getTime() + minutes * 60_000)

describe('what is told of alerts', () => {
  let dir: string
  let store: Store
  let at = now
  let tell: ReturnType<typeof createTell>
  /** Another process on the same state. */
  let second: typeof tell
  before(async () => {
    dir = mkdtempSync(join(tmpdir(), 'vigie-tell-'))
    store = await openStore({ kind: 'sqlite', dir })
    const channels = [{ name: 'team' }, { name: 'chat' }] as unknown as NotifySystem['channels']
    const system = { name: 'S', locale: 'en', timezone: 'UTC', baseDir: dir, channels, routes: [] } as const
    const parts: TellParts = {
      ...store,
      clock: { now: () => at, monotonicMs: () => at.getTime() },
      system: { ...system, publicUrl: 'https://v.test' },
      words: { format: createFormatter('en'), text: () => 'down' },
      leaseOf: (_, component) => `tcp ${component}`,
      linkKey: 'k',
      windows: [
        { name: 'night', at: '04:00', forMs: 3_600_000, components: ['api'] },
        { name: 'all', at: '06:00', forMs: 3_600_000, components: undefined },
      ],
    }
    tell = createTell(parts)
    second = createTell(parts)
  })
  after(async () => {
    await store.close()
    rmSync(dir, { recursive: true })
  })
  const alert = (id: string, component = 'mail'): Alert =>
    newAlert({ id, system: 'S', key: `check ${id}`, source: 'check', rule: id, severity: 'high', title, component }, at)
  const waiting = async (): Promise<readonly OutboxItem[]> =>
    (await Promise.all(['team', 'chat'].map((channel) => store.outbox.loose({ system: 'S', channel }, 100)))).flat()
  const told = async (): Promise<string[]> =>
    (await waiting()).map(({ channel, item: { alert: id, state } }) => `${id} ${state} ${channel}`)

  it('is told once on each channel, with a link to take it, however often it is decided', async () => {
    await tell([alert('a1')])
    await tell([alert('a1')])
    assert.deepEqual((await told()).toSorted(), ['a1 firing chat', 'a1 firing team'])
    const [item] = await waiting()
    assert.match(item?.item.acknowledgeUrl ?? '', /^https:\/\/v\.test\/a\//)
  })

  it('is nothing under a silence, neither beginning nor end, and is told when the silence is over', async () => {
    const before = await told()
    const silence = { id: 's1', system: 'S', matcher: { component: 'mail' }, reason: 'move', createdBy: 'Léa' }
    await store.silences.add({ ...silence, startsAt: now, endsAt: later(10) })
    at = later(1)
    const kept = await tell([alert('a2'), alert('a3')])
    assert.deepEqual(
      kept.map(({ silencedBy }) => silencedBy),
      ['s1', 's1'],
    )
    await tell(kept.slice(0, 1).map((one) => resolved(one, at)))
    assert.deepEqual(await told(), before)
    at = later(11)
    await tell(kept.slice(1).map((one) => ({ ...one, silencedBy: undefined })))
    assert.deepEqual((await told()).filter((one) => !before.includes(one)).toSorted(), [
      'a3 firing chat',
      'a3 firing team',
    ])
  })

  it('is the end, too, of what was told when its silence was over, by whoever ends it without knowing that', async () => {
    const before = await told()
    const silence = { id: 's2', system: 'S', matcher: { component: 'queue' }, reason: 'move', createdBy: 'Léa' }
    await store.silences.add({ ...silence, startsAt: now, endsAt: later(15) })
    const [quiet] = await tell([alert('a11', 'queue')])
    assert.equal(quiet?.silencedBy, 's2')
    at = later(16)
    // The round of the silences and the look that finds it well, side by side.
    await Promise.all([tell([{ ...quiet, silencedBy: undefined }]), tell([resolved(quiet, at)])])
    assert.deepEqual((await told()).filter((one) => !before.includes(one)).toSorted(), [
      'a11 firing chat',
      'a11 firing team',
      'a11 resolved chat',
      'a11 resolved team',
    ])
  })

  it('is told once by two that watch the same, its end included, and once when nobody knew that it was kept', async () => {
    const before = await told()
    const key = { key: 'check of two' }
    await Promise.all([tell([{ ...alert('a12', 'cache'), ...key }]), second([{ ...alert('b12', 'cache'), ...key }])])
    const [again] = await tell([{ ...alert('c12', 'cache'), ...key }])
    assert.equal(again?.id, 'c12', 'who decided knows it by its own id')
    await Promise.all(
      [...'abc'].map((who) => {
        const over = resolved({ ...alert(`${who}12`, 'cache'), ...key }, at)
        return who === 'b' ? second([over]) : tell([over])
      }),
    )
    const news = (await told()).filter((one) => !before.includes(one)).toSorted()
    assert.deepEqual(
      news.map((one) => one.slice(3)),
      [' firing chat', ' firing team', ' resolved chat', ' resolved team'],
    )
    const open = await store.alerts.list({ states: ['firing'], limit: 100 })
    assert.deepEqual(
      open.filter((one) => one.key === key.key),
      [],
    )
  })

  it('is told when it fires for one of two that watch the same, whatever the other waits for', async () => {
    const before = await told()
    const pending = { ...alert('b13', 'cache'), key: 'rule of two', state: 'pending', firedAt: undefined } as const
    await second([pending])
    const firing = { ...alert('a13', 'cache'), key: 'rule of two' }
    await tell([{ ...firing, state: 'pending', firedAt: undefined }])
    await tell([firing])
    await second([{ ...pending, state: 'firing', firedAt: at }])
    const news = (await told()).filter((one) => !before.includes(one)).toSorted()
    assert.deepEqual(news, ['b13 firing chat', 'b13 firing team'])
  })

  it('is nothing of what a run disturbs as long as it holds its lease, and all of the rest', async () => {
    at = later(20)
    const lease = { name: 'tcp db', holder: 'r1', host: 'h', pid: 1, place: 'p', acquiredAt: at, expiresAt: later(21) }
    await store.leases.acquire(lease)
    const [quiet, loud] = await tell([alert('a4', 'db'), alert('a5', 'api')])
    assert.deepEqual([quiet?.silencedBy, loud?.silencedBy], ['r1', undefined])
  })

  it('is nothing in a maintenance window but what it does not cover, and is told after its end', async () => {
    at = later(60)
    const before = await told()
    const [api, mail] = await tell([alert('a6', 'api'), alert('a7', 'mail')])
    assert.deepEqual([api?.silencedBy, mail?.silencedBy], ['window night', undefined])
    assert.deepEqual(
      (await told()).filter((one) => !before.includes(one)),
      ['a7 firing team', 'a7 firing chat'],
    )
    at = later(120)
    assert.ok(api !== undefined)
    assert.equal((await tell([{ ...api, silencedBy: undefined }]))[0]?.silencedBy, undefined)
    assert.ok((await told()).includes('a6 firing team'))
  })

  it('in a window of the whole system is quiet, but what the watch tells of itself', async () => {
    at = later(180)
    const routine = { ...alert('a9', ''), source: 'watch' } as const
    const [db, heartbeat, own] = await tell([alert('a8', 'db'), { ...alert('a10', ''), source: 'heartbeat' }, routine])
    assert.deepEqual([db?.silencedBy, heartbeat?.silencedBy, own?.silencedBy], ['window all', 'window all', undefined])
  })
})
