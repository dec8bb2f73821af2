import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { keepRowsSchema } from '../config/system-schema.ts'
import { openStore } from '../store/open.ts'
import type { Store } from '../store/store.ts'
import { newAlert, resolved } from './new-alert.ts'
import { createTidyRound } from './tidy-round.ts'

const day = 86_400_000
const now = new Date('2026-11-21T03:00:00Z')
const ago = (days: number): Date => new Date(now.getTime() - days * day)
const title = { code: 'x', params: {} }

describe('the tidying of a system', () => {
  let dir: string
  let store: Store
  before(async () => {
    dir = mkdtempSync(join(tmpdir(), 'vigie-tidy-'))
    store = await openStore({ kind: 'sqlite', dir })
  })
  after(async () => {
    await store.close()
    rmSync(dir, { recursive: true })
  })
  const about = { system: 'S', source: 'rule', rule: 'r', severity: 'high', title } as const
  const alert = (id: string, days: number) => newAlert({ ...about, id, key: id }, ago(days))
  const ids = async () => (await store.alerts.list({ system: 'S', limit: 10_000 })).map(({ id }) => id).toSorted()
  const round = (keep: Parameters<typeof createTidyRound>[3], signal = new AbortController().signal) =>
    createTidyRound(store.tidy, { now: () => now }, 'S', keep, signal)()

  it('forgets alerts 400 days after their end and messages after 90 unless told otherwise, and nothing before', async () => {
    const old = [resolved(alert('gone', 500), ago(400.001)), resolved(alert('kept', 500), ago(399.999))]
    await store.alerts.decide([...old, alert('open', 900)], [])
    const message = { system: 'S', channel: 'c', kind: 'test', attempts: 1, nextAttemptAt: now, items: [] } as const
    const rest = { lastError: undefined, deliveredAt: now, fallbackOf: undefined }
    for (const [id, days, state] of [
      ['old', 91, 'delivered'],
      ['new', 89, 'delivered'],
      ['waits', 91, 'waiting'],
    ] as const) {
      await store.outbox.add({ ...message, ...rest, id, at: ago(days), state })
    }
    await round(keepRowsSchema.parse({}))
    assert.deepEqual(await ids(), ['kept', 'open'])
    assert.deepEqual((await store.outbox.list({ limit: 10 })).map(({ id }) => id).toSorted(), ['new', 'waits'])
    assert.equal(keepRowsSchema.safeParse({ alerts: '6d' }).success, false, 'links of messages hold for 7 days')
    await round(keepRowsSchema.parse({ alerts: '7d' }))
    assert.deepEqual(await ids(), ['open'])
  })

  it('goes on over many batches in one round, and ends at once when it is told to', async () => {
    const many = Array.from({ length: 1200 }, (_, index) => resolved(alert(`m${index}`, 20), ago(10)))
    await store.alerts.decide(many, [])
    const ended = new AbortController()
    ended.abort()
    await round({ alerts: 8 * day, messages: 8 * day }, ended.signal)
    assert.equal((await ids()).length, 1201)
    await round({ alerts: 8 * day, messages: 8 * day })
    assert.deepEqual(await ids(), ['open'])
  })
})
