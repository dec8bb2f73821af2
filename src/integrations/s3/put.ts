import { createHash } from 'node:crypto'
import type { Stored } from '../../core/repository.ts'
import { attempt } from './attempt.ts'
import { type Bucket, keyOf } from './bucket.ts'
import { type Kept, plainTag, type Target, verifyKept } from './kept.ts'
import { md5Of, storing } from './part-request.ts'
import { type Part, partsOf } from './parts-of.ts'
import { putInParts } from './put-in-parts.ts'

/**
 * Writes one object: by one request when it fits into a part, in parts otherwise. It is there when the store has all of it,
 * and not before. The source is read once, whatever is cut.
 */
export async function put(bucket: Bucket, path: string, body: AsyncIterable<Uint8Array>): Promise<Stored> {
  const target: Target = { bucket, path, key: keyOf(bucket, path) }
  const hash = createHash('sha256')
  let bytes = 0
  const tapped = tap(body, (piece) => {
    hash.update(piece)
    bytes += piece.length
  })
  const parts = partsOf(tapped, bucket.options.partBytes)
  const kept = await send(target, parts).catch((error: unknown) => {
    // The source hears that nobody reads on; not waited for, since one that hangs may never hear it.
    parts.return().catch(() => undefined)
    throw error
  })
  const stored: Stored = { bytes, sha256: hash.digest('hex') }
  await verifyKept(target, kept, stored)
  return stored
}

async function send(target: Target, parts: AsyncGenerator<Part, void, undefined>): Promise<Kept> {
  const first = await parts.next()
  if (first.done) return putWhole(target, Buffer.alloc(0))
  const second = await parts.next()
  if (second.done) return putWhole(target, first.value.body)
  return putInParts(target, [first.value, second.value], parts)
}

async function putWhole({ bucket, path, key }: Target, body: Buffer): Promise<Kept> {
  const { client, sdk, options } = bucket
  const md5 = md5Of(body)
  const { VersionId: version, ETag: tag } = await attempt(bucket, { action: 's3:PutObject', path }, (abortSignal) =>
    client.send(
      new sdk.PutObjectCommand({
        ...{ Bucket: options.bucket, Key: key, ...storing(options) },
        ...{ Body: body, ContentLength: body.length, ContentMD5: md5.toString('base64') },
      }),
      { abortSignal },
    ),
  )
  return { md5Tag: md5.toString('hex'), tag: plainTag(tag), version, isCertain: true }
}

async function* tap(body: AsyncIterable<Uint8Array>, onPiece: (piece: Uint8Array) => void): AsyncIterable<Uint8Array> {
  for await (const piece of body) {
    onPiece(piece)
    yield piece
  }
}
