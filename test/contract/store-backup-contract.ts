import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { BackupRecord, DrillRecord } from '../../src/core/backup-record.ts'
import { type StorePlace, withStore } from './store-place.ts'
import { at } from './store-samples.ts'

const full: BackupRecord = {
  id: '2026-11-21T020000-aaaa',
  entry: 'daily',
  run: 'r1',
  place: '/srv/backups',
  startedAt: at(0),
  finishedAt: at(60),
  status: 'succeeded',
  parts: [
    {
      component: 'db',
      name: 'database',
      status: 'succeeded',
      bytes: 5e9,
      storedBytes: 1e9,
      counts: { 'public.orders': 12 },
    },
  ],
  manifestSha256: 'ab'.repeat(32),
  base: undefined,
  provedAt: undefined,
  removedAt: undefined,
}
const difference: BackupRecord = { ...full, id: '2026-11-22T020000-bbbb', startedAt: at(86_400), base: full.id }
const drill: DrillRecord = {
  id: 'd1',
  entry: 'daily',
  run: 'r2',
  backup: difference.id,
  startedAt: at(90_000),
  finishedAt: at(90_060),
  status: 'passed',
  rtoMs: 60_000,
  rpoMs: 3_600_000,
  assertions: [{ name: 'rows public.orders', status: 'pass', expected: '12', actual: '12' }],
  failure: undefined,
}

export function backupContract(name: string, where: () => Promise<StorePlace>): void {
  describe(`${name}: backups`, () => {
    test('come back whole, the newest first, apart by system and entry', () =>
      withStore(where, async (store) => {
        await store.backups.keep('shop', full, at(60))
        await store.backups.keep('shop', difference, at(86_460))
        await store.backups.keep('shop', { ...full, entry: 'weekly', id: 'other' }, at(61))
        assert.deepEqual(await store.backups.list('shop', 'daily'), [difference, full])
        assert.equal((await store.backups.list('shop')).length, 3)
        assert.deepEqual(await store.backups.list('blog'), [])
        await store.backups.keep('shop', { ...full, removedAt: at(90) }, at(90))
        assert.deepEqual(await store.backups.list('shop', 'daily', 'there'), [difference])
        assert.equal((await store.backups.list('shop', 'daily')).length, 2)
      }))

    test('one that is kept again takes the place of itself', () =>
      withStore(where, async (store) => {
        const begun: BackupRecord = { ...full, status: 'running', finishedAt: undefined, manifestSha256: undefined }
        await store.backups.keep('shop', begun, at(0))
        await store.backups.keep('shop', full, at(60))
        assert.deepEqual(await store.backups.list('shop'), [full])
      }))

    test('a drill that passed proves its backup and the full one that it rests on; a failed one proves none', () =>
      withStore(where, async (store) => {
        await store.backups.keep('shop', full, at(60))
        await store.backups.keep('shop', difference, at(86_460))
        const failed: DrillRecord = {
          ...drill,
          id: 'd0',
          startedAt: at(80_000),
          status: 'failed',
          rtoMs: null,
          failure: { code: 'checksum', text: { code: 'backups.differs', params: { object: 'x' } } },
        }
        await store.backups.keepDrill('shop', failed)
        assert.deepEqual(
          (await store.backups.list('shop')).map(({ provedAt }) => provedAt),
          [undefined, undefined],
        )
        await store.backups.keepDrill('shop', drill)
        assert.deepEqual(await store.backups.drills('shop'), [drill, failed])
        assert.deepEqual(await store.backups.drills('shop', 'weekly'), [])
        assert.deepEqual(await store.backups.drills('shop', undefined, at(85_000)), [drill])
        assert.deepEqual(
          (await store.backups.list('shop')).map(({ provedAt }) => provedAt),
          [drill.finishedAt, drill.finishedAt],
        )
      }))

    test('a drill says nothing of a full one when a part of what was drilled rests on another', () =>
      withStore(where, async (store) => {
        await store.backups.keep('shop', full, at(60))
        const parts = difference.parts.map((part) => ({ ...part, base: 'another' }))
        await store.backups.keep('shop', { ...difference, parts }, at(86_460))
        await store.backups.keepDrill('shop', drill)
        const found = await store.backups.list('shop')
        assert.deepEqual(
          found.map(({ id, provedAt }) => [id, provedAt]),
          [
            [difference.id, drill.finishedAt],
            [full.id, undefined],
          ],
        )
      }))

    test('each writing is in the audit, with the result of the drill', () =>
      withStore(where, async (store) => {
        await store.backups.keep('shop', full, at(60))
        await store.backups.keep('shop', { ...full, removedAt: at(70) }, at(70))
        await store.backups.keepDrill('shop', { ...drill, backup: full.id })
        const entries = await store.audit.entries(0, 100)
        assert.deepEqual(
          entries.map(({ event }) => event),
          ['backup.succeeded', 'backup.removed', 'drill.passed'],
        )
        assert.equal(entries[0]?.subject['manifest'], full.manifestSha256)
        assert.equal(entries[2]?.subject['assertions'], JSON.stringify(drill.assertions))
      }))
  })
}
