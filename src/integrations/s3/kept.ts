import { createHash } from 'node:crypto'
import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3'
import { BackupError } from '../../core/backup.ts'
import type { Stored } from '../../core/repository.ts'
import { attempt } from './attempt.ts'
import type { Bucket } from './bucket.ts'
import { read } from './read.ts'
import { refusalOf } from './refusal.ts'
import { differs, differsHint, noAnswer, noAnswerHint, overwritten } from './texts.ts'

export interface Target {
  readonly bucket: Bucket
  readonly path: string
  readonly key: string
}

/** What the store should have now. */
export interface Kept {
  /** Its ETag, where a store makes them as Amazon S3 does: MD5, or of parts the MD5 of their MD5s and how many there are. */
  readonly md5Tag: string
  /** The ETag that it said it has: radosgw does not, of parts. */
  readonly tag: string | undefined
  /** In a bucket that keeps versions. */
  readonly version: string | undefined
  /** The store has said that it is done. */
  readonly isCertain: boolean
}

/** Without what stands around it, and may be put there by a proxy; undefined when there is none. */
export function plainTag(tag: string | undefined): string | undefined {
  return tag?.replace(/^W\//, '').replaceAll('"', '') || undefined
}

/**
 * Whether the store has what was sent. Its size always tells; so does its ETag where that is made of MD5. Where it says
 * nothing (a store that encrypts with keys of its own), the MD5 that each request had was looked at by the store; where it
 * should say something and says another thing, all of it is read again. What differs is taken away when it is surely ours.
 * Throws `checksum`.
 */
export async function verifyKept(target: Target, kept: Kept, stored: Stored): Promise<void> {
  const { bucket, path } = target
  const head = await headOf(target)
  if (head === undefined) throw notKept(bucket, path, kept)
  const tag = plainTag(head.ETag)
  const isOurs = kept.tag === undefined || kept.tag === tag
  if (!isOurs && kept.tag === kept.md5Tag) return
  if (!isOurs) throw new BackupError('checksum', overwritten({ path, place: bucket.place }))
  if (head.ContentLength !== stored.bytes)
    throw await takenAway(target, kept, `${head.ContentLength} / ${stored.bytes} B`)
  if (tag === kept.md5Tag) return
  const isOfMd5 = /^[0-9a-f]{32}(?:-\d+)?$/.test(tag ?? '')
  const isEncrypted = (head.ServerSideEncryption ?? 'AES256') !== 'AES256' || head.SSECustomerAlgorithm !== undefined
  if (kept.isCertain && (isEncrypted || !isOfMd5)) return
  const hash = createHash('sha256')
  for await (const piece of read(bucket, path)) hash.update(piece)
  const sha256 = hash.digest('hex')
  if (sha256 !== stored.sha256) throw await takenAway(target, kept, `SHA-256 ${sha256} / ${stored.sha256}`)
}

async function headOf({ bucket, path, key }: Target): Promise<HeadObjectCommandOutput | undefined> {
  const { client, sdk, options } = bucket
  const command = new sdk.HeadObjectCommand({ Bucket: options.bucket, Key: key })
  return await attempt(bucket, { action: 's3:GetObject', path }, (abortSignal) =>
    client.send(command, { abortSignal }).catch((error: unknown) => {
      if (refusalOf(error).kind === 'missing') return undefined
      throw error
    }),
  )
}

/** It never came to be: the store said otherwise, or its last word did not reach us. */
function notKept({ host, place }: Bucket, path: string, { isCertain }: Kept): BackupError {
  return isCertain
    ? new BackupError('checksum', differs({ path, place, detail: 'HTTP 404' }))
    : new BackupError('unreachable', noAnswer({ host, detail: 'CompleteMultipartUpload' }), { hint: noAnswerHint({}) })
}

async function takenAway({ bucket, path, key }: Target, kept: Kept, detail: string): Promise<BackupError> {
  // What is there may be what was there before, and good.
  if (!kept.isCertain) return notKept(bucket, path, kept)
  const { client, sdk, options, place } = bucket
  const failure = new BackupError('checksum', differs({ path, place, detail }), { hint: differsHint({}) })
  // Or what somebody else has put there since.
  if (kept.tag === undefined && kept.version === undefined) return failure
  const command = new sdk.DeleteObjectCommand({
    ...{ Bucket: options.bucket, Key: key },
    ...(kept.version !== undefined && { VersionId: kept.version }),
  })
  try {
    await attempt(bucket, { action: 's3:DeleteObject', path }, (abortSignal) => client.send(command, { abortSignal }))
  } catch {
    // Told below: it is not what was sent, whether it is still there or not.
  }
  return failure
}
