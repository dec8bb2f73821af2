import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import * as sdk from '@aws-sdk/client-s3'
import { aComponent, testContext } from '../../test/support/context.ts'
import { type S3Server, startS3 } from '../../test/support/s3.ts'
import type { BackupRecord } from '../core/backup-record.ts'
import type { Repository } from '../core/repository.ts'
import { openBucket } from '../integrations/s3/open-bucket.ts'
import { s3Options } from '../integrations/s3/options.ts'
import { entryFolders } from './entry-folders.ts'
import { entrySchema } from './options.ts'
import { createPruneTask } from './tasks/prune.ts'

const dayMs = 86_400_000

describe('prune in a bucket with object lock', () => {
  let server: S3Server
  let repository: Repository
  const ctx = testContext({ reveal: async (secret) => String(secret), timeoutMs: 120_000 })
  const now = new Date()

  before(async () => {
    server = await startS3()
    await server.makeBucket('locked', { objectLock: true })
    const { endpoint, accessKeyId, secretAccessKey } = server
    const place = { kind: 's3', bucket: 'locked', prefix: 'vigie', endpoint, accessKeyId, secretAccessKey }
    repository = await openBucket(s3Options.parse(place), ctx)
  })
  after(async () => {
    await repository?.close()
    await server?.stop()
    await ctx.close()
  })

  const task = createPruneTask(async () => repository)
  const options = { ...entrySchema.parse({ what: ['db'], keep: { last: 1 } }), to: { kind: 's3' } }
  const entry = aComponent(options, 'nightly')

  async function backup(daysAgo: number, lockedUntil?: Date): Promise<BackupRecord> {
    const startedAt = new Date(now.getTime() - daysAgo * dayMs)
    const id = `${startedAt.toISOString().slice(0, 19).replaceAll(':', '')}-aaaaaa`
    const part = {
      component: 'db',
      name: 'database',
      status: 'succeeded' as const,
      bytes: 3,
      storedBytes: 3,
      counts: {},
    }
    const record: BackupRecord = {
      ...{ id, entry: 'nightly', run: 'r', place: repository.place, startedAt, finishedAt: startedAt },
      ...{ status: 'succeeded', parts: [part], manifestSha256: 'ab', base: undefined },
      ...{ provedAt: undefined, removedAt: undefined },
    }
    for (const name of ['db/database/00001.zst', 'manifest.json']) {
      const path = `test/nightly/${id}/${name}`
      await repository.put(
        path,
        (async function* () {
          yield Buffer.from('abc')
        })(),
      )
      if (lockedUntil !== undefined)
        await server.client.send(
          new sdk.PutObjectRetentionCommand({
            ...{ Bucket: 'locked', Key: `vigie/${path}` },
            Retention: { Mode: 'COMPLIANCE', RetainUntilDate: lockedUntil },
          }),
        )
    }
    await ctx.backups.keep(record)
    return record
  }
  const inBucket = async (id: string): Promise<number> =>
    (await entryFolders(repository, { system: 'test', entry: 'nightly' }, ctx.signal)).get(id)?.objects.length ?? 0

  it('leaves what is locked readable and in the book, says until when, and removes the others', async () => {
    const until = new Date(Math.ceil(now.getTime() / 1000) * 1000 + dayMs)
    const [locked, free, newest] = [await backup(9, until), await backup(5), await backup(1)]
    const planned = await task.plan(entry, { most: 10 }, ctx)
    assert.deepEqual(
      planned.map(({ expected }) => expected['id']),
      [locked.id, free.id, undefined],
    )
    const outcomes = []
    for (const action of planned) outcomes.push(await task.execute(action, entry, { most: 10 }, ctx))
    const [first, second, third] = outcomes
    assert.ok(first?.status === 'skipped')
    assert.deepEqual(first.reason, {
      code: 'backups.prune-locked',
      params: { id: locked.id, until: until.toISOString() },
    })
    assert.deepEqual([second?.status, third?.status], ['done', 'done'])
    assert.deepEqual([await inBucket(locked.id), await inBucket(free.id), await inBucket(newest.id)], [2, 0, 2])
    assert.deepEqual(
      (await ctx.backups.list('nightly', 'there')).map(({ id }) => id),
      [newest.id, locked.id],
    )
  })
})
