import { Readable } from 'node:stream'
import { BackupError } from '../../core/backup.ts'
import { attempt, createPatience } from './attempt.ts'
import { type Bucket, keyOf } from './bucket.ts'
import { failureOf, noS3 } from './failure.ts'
import type { Refusal } from './refusal.ts'
import { cutShort, objectChanged } from './texts.ts'

/** An object as its first answer tells it. */
interface Whole {
  readonly bytes: number
  readonly tag: string | undefined
}

/** Where the reading stands. */
interface Reading {
  readonly path: string
  readonly key: string
  at: number
  whole: Whole | undefined
}

/**
 * The bytes of an object. After a cut it goes on where it was, as long as it is the same object. Throws `BackupError`:
 * `truncated` when it is not there, was replaced, or ends before its size whenever it is asked for.
 */
export async function* read(bucket: Bucket, path: string): AsyncGenerator<Uint8Array, void, undefined> {
  const reading: Reading = { path, key: keyOf(bucket, path), at: 0, whole: undefined }
  const again = createPatience(bucket, bucket.ctx.signal, (refusal) => endedEarly(refusal, bucket, reading))
  for (;;) {
    const body = await ask(bucket, reading)
    try {
      for await (const piece of body) {
        if (!(piece instanceof Uint8Array)) throw noS3(bucket, 'GetObject')
        reading.at += piece.length
        if (reading.at > (reading.whole?.bytes ?? 0)) throw noS3(bucket, 'Content-Length')
        again.wentOn()
        yield piece
      }
      if (reading.at === reading.whole?.bytes) return
      throw Object.assign(new Error('it ended early'), { code: 'ECONNRESET' })
    } catch (error) {
      await again.afterFailure(error)
    } finally {
      body.destroy()
    }
  }
}

async function ask(bucket: Bucket, reading: Reading): Promise<Readable> {
  const { client, sdk, options, place } = bucket
  const { key, path, at, whole } = reading
  const command = new sdk.GetObjectCommand({
    ...{ Bucket: options.bucket, Key: key },
    ...(at > 0 && { Range: `bytes=${at}-` }),
    ...(whole?.tag !== undefined && { IfMatch: whole.tag }),
  })
  const answer = await attempt(bucket, { action: 's3:GetObject', path }, (abortSignal) =>
    client.send(command, { abortSignal }),
  )
  const { Body: body, ContentLength: bytes, ContentRange: range, ETag: tag } = answer
  if (!(body instanceof Readable)) throw noS3(bucket, 'GetObject')
  // Without its size an end could not be told from a cut.
  if (bytes === undefined) throw end(body, noS3(bucket, 'Content-Length'))
  if (at > 0 && range === undefined) throw end(body, noS3(bucket, 'Content-Range'))
  const isOther = whole !== undefined && (tag !== whole.tag || at + bytes !== whole.bytes || !isFrom(range, at))
  if (isOther) throw end(body, new BackupError('truncated', objectChanged({ path, place })))
  reading.whole ??= { bytes, tag }
  return body
}

function isFrom(range: string | undefined, at: number): boolean {
  return range === undefined ? at === 0 : range.startsWith(`bytes ${at}-`)
}

function end(body: Readable, error: BackupError): BackupError {
  body.destroy()
  return error
}

/** It answers each time, and each time it ends: that is no cut of the network. */
function endedEarly(refusal: Refusal, bucket: Bucket, { path, at, whole }: Reading): BackupError {
  if (refusal.name !== 'ECONNRESET') return failureOf(refusal, bucket, { action: 's3:GetObject', path })
  const text = cutShort({ path, place: bucket.place, bytes: at, expected: whole?.bytes ?? at })
  return new BackupError('truncated', text)
}
