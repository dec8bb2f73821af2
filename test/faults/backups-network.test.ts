import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, afterEach, before, describe, test } from 'node:test'
import { BackupError } from '../../src/core/backup.ts'
import { defaultLimits, type Limits } from '../../src/integrations/s3/bucket.ts'
import { openBucket } from '../../src/integrations/s3/open-bucket.ts'
import { s3Options } from '../../src/integrations/s3/options.ts'
import { type BackupRoom, backupRoom } from '../support/backup-room.ts'
import { type BreakingLine, breakingLine } from '../support/breaking-line.ts'
import { testContext } from '../support/context.ts'
import { type S3Server, startS3 } from '../support/s3.ts'

const partBytes = 5 * 1024 ** 2
const size = 4 * partBytes
/** A cut that stays is given up soon; one that passes is waited out. */
const limits: Limits = {
  ...defaultLimits,
  ...{ pauseMs: { first: 20, most: 200 }, silenceMs: 1000, patienceMs: 3000, firstPatienceMs: 3000 },
}

describe('backups in a bucket whose line is cut', () => {
  let server: S3Server | undefined
  let line: BreakingLine | undefined
  let room: BackupRoom
  const ctx = testContext({ reveal: async (secret) => String(secret) })
  let closing: () => Promise<void> = async () => undefined

  before(async () => {
    server = await startS3()
    await server.makeBucket('backups')
    line = await breakingLine(server.port)
    const { accessKeyId, secretAccessKey } = server
    const options = s3Options.parse({
      ...{ kind: 's3', bucket: 'backups', endpoint: `http://127.0.0.1:${line.port}`, partBytes },
      ...{ accessKeyId, secretAccessKey },
    })
    const repository = await openBucket(options, ctx, limits)
    closing = () => repository.close()
    room = await backupRoom({ repository, options: { full: 0 } })
    room.content.set('docs/tree', randomBytes(100_000))
  })
  afterEach(() => line?.set({}))
  after(async () => {
    await room?.close()
    await closing()
    await line?.close()
    await server?.stop()
    await ctx.close()
  })

  const kept = new Map<string, ReadonlyMap<string, Buffer>>()
  const create = async (): Promise<string> => {
    room.content.set('db/database', randomBytes(size))
    room.clock.advance(60_000)
    const { id } = await room.create()
    kept.set(id, new Map(room.content))
    return id
  }
  const assertAllGood = async (): Promise<void> => {
    assert.deepEqual(await room.verify(), Object.fromEntries([...kept.keys()].map((id) => [id, 'good'])))
  }

  test('again and again in the middle of an upload and of a restore: both go on, byte for byte', async () => {
    line?.set({ resetAfter: { up: partBytes / 2 }, times: 6 })
    const id = await create()
    assert.ok((line?.seen.resets ?? 0) > 0, 'it was cut while it went up')
    const before = line?.seen.resets ?? 0
    line?.set({ resetAfter: { down: partBytes / 2 }, times: 6 })
    assert.deepEqual(await room.read(id), { parts: kept.get(id) })
    assert.ok((line?.seen.resets ?? 0) > before, 'it was cut while it came down')
    line?.set({})
    await assertAllGood()
  })

  test('for good in the middle of an upload: unreachable, no backup is there, and those before stay good', async () => {
    await create()
    let pieces = 0
    room.beforePiece = async () => {
      if (++pieces === 250) line?.set({ isMute: true })
    }
    room.content.set('db/database', randomBytes(size))
    room.clock.advance(60_000)
    await assert.rejects(room.create(), (error) => error instanceof BackupError && error.failure === 'unreachable')
    assert.ok(pieces >= 250, 'it was cut in its middle')
    room.beforePiece = async () => undefined
    line?.set({})
    const [newest] = await room.ctx.backups.list()
    assert.equal(newest?.status, 'failed')
    await assertAllGood()
    await create()
    await assertAllGood()
  })

  test('for good in the middle of a restore: unreachable, nothing of it is given as whole, and the backup stays good', async () => {
    const id = await create()
    line?.set({ muteAfter: 2 * partBytes })
    assert.deepEqual(await room.read(id), { failure: 'unreachable' })
    await assert.rejects(room.verify(), (error) => error instanceof BackupError && error.failure === 'unreachable')
    line?.set({})
    await assertAllGood()
    assert.deepEqual(await room.read(id), { parts: kept.get(id) })
  })
})
