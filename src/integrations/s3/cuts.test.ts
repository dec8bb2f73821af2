import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { type BreakingLine, breakingLine } from '../../../test/support/breaking-line.ts'
import { testContext } from '../../../test/support/context.ts'
import { allOf, bytesFrom, piecesOf, sha256Of } from '../../../test/support/pieces.ts'
import { type S3Server, startS3 } from '../../../test/support/s3.ts'
import { BackupError } from '../../core/backup.ts'
import type { Repository } from '../../core/repository.ts'
import { defaultLimits, type Limits } from './bucket.ts'
import { openBucket } from './open-bucket.ts'
import { s3Options } from './options.ts'

const partBytes = 5 * 1024 ** 2
const size = 8 * partBytes + 1000
const hasty: Limits = { ...defaultLimits, pauseMs: { first: 20, most: 200 } }
const impatient: Limits = { ...hasty, silenceMs: 500, patienceMs: 1500, firstPatienceMs: 500 }

describe('a bucket behind a bad line', () => {
  let server: S3Server
  let line: BreakingLine
  const ending = new AbortController()
  const ctx = testContext({ signal: ending.signal, reveal: async (secret) => String(secret) })
  const opened: Repository[] = []
  let count = 0

  before(async () => {
    server = await startS3()
    await server.makeBucket('backups')
    line = await breakingLine(server.port)
  })
  afterEach(async () => {
    line?.set({})
    for (const one of opened.splice(0)) await one.close()
  })
  after(async () => {
    await line?.close()
    await server?.stop()
    await ctx.close()
  })

  const open = async (limits = hasty, given = ctx): Promise<Repository> => {
    const { accessKeyId, secretAccessKey } = server
    const place = { kind: 's3', bucket: 'backups', prefix: `of/${count++}`, endpoint: `http://127.0.0.1:${line.port}` }
    const options = s3Options.parse({ ...place, accessKeyId, secretAccessKey, partBytes })
    const repository = await openBucket(options, given, limits)
    opened.push(repository)
    return repository
  }

  test('an upload goes on after cuts, sends no part again that was done, and reads its source once', async () => {
    const repository = await open()
    const before = line.seen.up
    let read = 0
    line.set({ resetAfter: { up: partBytes - 200_000 }, times: 6 })
    const stored = await repository.put(
      'a/cut',
      (async function* () {
        for await (const piece of bytesFrom(1, size)) {
          read += piece.length
          yield piece
        }
      })(),
    )
    assert.equal(line.seen.resets, 6)
    assert.equal(read, size)
    assert.equal(stored.sha256, await sha256Of(bytesFrom(1, size)))
    assert.equal(await sha256Of(repository.get('a/cut')), stored.sha256)
    // Each cut costs a part at most, and headers.
    const sent = line.seen.up - before
    assert.ok(sent > size && sent < size + 6 * partBytes + 200_000, `${sent} bytes sent for ${size}`)
    assert.equal(await repository.tidy(new Date(Date.now() + 60_000)), 0)
  })

  test('an upload waits until a line that is gone comes back', async () => {
    const repository = await open()
    const resets = line.seen.resets
    const writing = repository.put(
      'a/gone',
      (async function* () {
        let bytes = 0
        for await (const piece of bytesFrom(2, size)) {
          const isBefore = bytes <= 3 * partBytes
          bytes += piece.length
          if (isBefore && bytes > 3 * partBytes) line.set({ resetAfter: { up: 0, down: 0 } })
          yield piece
        }
      })(),
    )
    await until(() => line.seen.resets > resets + 5)
    line.set({})
    assert.equal((await writing).sha256, await sha256Of(bytesFrom(2, size)))
    assert.equal(await sha256Of(repository.get('a/gone')), await sha256Of(bytesFrom(2, size)))
  })

  test('a download goes on where it was cut, as often as it must', async () => {
    const repository = await open()
    await repository.put('a/long', bytesFrom(3, size))
    const before = line.seen.down
    line.set({ resetAfter: { down: 3_000_000 }, times: 8 })
    const resets = line.seen.resets
    assert.equal(await sha256Of(repository.get('a/long')), await sha256Of(bytesFrom(3, size)))
    assert.equal(line.seen.resets - resets, 8)
    // What was on its way when it was cut comes again: what the sockets hold.
    const received = line.seen.down - before
    assert.ok(received < size + 8 * 3_000_000, `${received} bytes for ${size}`)
  })

  test('an object that was replaced during a cut is not pieced together from both', async () => {
    const repository = await open()
    await repository.put('a/replaced', bytesFrom(4, size))
    let bytes = 0
    await assert.rejects(
      async () => {
        for await (const piece of repository.get('a/replaced')) {
          if (bytes === 0) {
            await repository.put('a/replaced', bytesFrom(5, size))
            line.set({ resetAfter: { down: 1 }, times: 1 })
          }
          bytes += piece.length
        }
      },
      isFailure('truncated', 's3.object-changed'),
    )
  })

  test('bytes that are spoiled on their way up are refused and sent again', async () => {
    const repository = await open()
    let isSpoiled = false
    line.set({
      times: 1,
      spoil: (piece) => {
        // The body of a part, not its header.
        if (isSpoiled || piece.length < 30_000 || piece.includes('HTTP/1.1')) return piece
        isSpoiled = true
        const copy = Buffer.from(piece)
        copy[1000] = (copy[1000] ?? 0) ^ 1
        return copy
      },
    })
    const { sha256 } = await repository.put('a/spoiled', bytesFrom(6, size))
    assert.ok(isSpoiled)
    assert.equal(await sha256Of(repository.get('a/spoiled')), sha256)
    assert.equal(sha256, await sha256Of(bytesFrom(6, size)))
  })

  test('a store that takes the connection and says nothing is given up', async () => {
    line.set({ isMute: true })
    await assert.rejects(open(impatient), isFailure('unreachable', 's3.no-answer'))
  })

  test('nobody who listens is told as no answer', async () => {
    const { accessKeyId, secretAccessKey } = server
    const gone = await breakingLine(1)
    await gone.close()
    const options = s3Options.parse({
      ...{ kind: 's3', bucket: 'backups', endpoint: `http://127.0.0.1:${gone.port}` },
      ...{ accessKeyId, secretAccessKey },
    })
    await assert.rejects(openBucket(options, ctx, impatient), isFailure('unreachable', 's3.no-answer'))
  })

  test('an upload whose line falls silent for good fails, is not to be seen, and is tidied later', async () => {
    const repository = await open(impatient)
    const writing = repository.put(
      'a/silent',
      (async function* () {
        let bytes = 0
        for await (const piece of bytesFrom(7, size)) {
          bytes += piece.length
          if (bytes > 4 * partBytes) line.set({ isMute: true })
          yield piece
        }
      })(),
    )
    await assert.rejects(writing, isFailure('unreachable', 's3.no-answer'))
    line.set({})
    assert.equal(await repository.look('a/silent'), undefined)
    assert.equal(await repository.tidy(new Date(Date.now() + 60_000)), 1)
  })

  test('a download whose line falls silent for good fails', async () => {
    const repository = await open(impatient)
    await repository.put('a/read', bytesFrom(8, size))
    await assert.rejects(
      async () => {
        for await (const _ of repository.get('a/read')) line.set({ isMute: true })
      },
      isFailure('unreachable', 's3.no-answer'),
    )
  })

  test('who reads slower than the store waits gets all of it', async () => {
    const repository = await open({ ...hasty, silenceMs: 300, patienceMs: 1000 })
    await repository.put('a/slow', bytesFrom(11, size))
    const pieces: Uint8Array[] = []
    let waits = 0
    for await (const piece of repository.get('a/slow')) {
      pieces.push(piece)
      if (pieces.length % 100 === 1 && waits++ < 5) await wait(500)
    }
    assert.equal(waits >= 5, true)
    assert.equal(await sha256Of(piecesOf(...pieces)), await sha256Of(bytesFrom(11, size)))
  })

  test('an object that does not fit into so many parts is refused, and leaves nothing', async () => {
    const repository = await open({ ...hasty, mostParts: 3 })
    await assert.rejects(repository.put('a/large', bytesFrom(12, size)), isFailure('unreachable', 's3.too-large'))
    assert.equal(await repository.look('a/large'), undefined)
    assert.equal(await repository.tidy(new Date(Date.now() + 60_000)), 0)
  })

  test('a step that is canceled ends its upload at once, and takes it back', async () => {
    const canceled = new AbortController()
    const own = testContext({ signal: canceled.signal, reveal: async (secret) => String(secret) })
    const repository = await open(hasty, own)
    const reason = new Error('canceled by a test')
    const never = Promise.withResolvers<void>()
    const writing = repository.put(
      'a/canceled',
      (async function* () {
        yield* bytesFrom(9, size)
        canceled.abort(reason)
        await never.promise
      })(),
    )
    await assert.rejects(writing, (error) => error === reason)
    never.resolve()
    await own.close()
    const { Uploads = [] } = await server.client.send(
      new (await import('@aws-sdk/client-s3')).ListMultipartUploadsCommand({
        Bucket: 'backups',
        Prefix: `of/${count - 1}/`,
      }),
    )
    assert.deepEqual(Uploads, [])
  })

  test('many small objects get through a line that breaks again and again', async () => {
    const repository = await open()
    line.set({ resetAfter: { down: 900 }, times: 15 })
    const all = Array.from({ length: 30 }, (_, at) => `small/${at + 10}`)
    for (const path of all) await repository.put(path, piecesOf(path))
    for (const path of all) assert.equal((await allOf(repository.get(path))).toString(), path)
  })
})

function isFailure(failure: string, code: string): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof BackupError, String(error))
    assert.deepEqual([error.failure, error.text.code], [failure, code])
    return true
  }
}

async function until(holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 60_000
  while (!holds()) {
    assert.ok(Date.now() < deadline, 'it never came to be so')
    await wait(10)
  }
}
