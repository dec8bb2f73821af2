import { BackupError } from '../../core/backup.ts'
import type { KeptObject } from '../../core/repository.ts'
import { attempt } from './attempt.ts'
import { type Bucket, keyOf, rootOf } from './bucket.ts'
import { noS3 } from './failure.ts'
import { denied, objectMissing } from './texts.ts'

const withoutReason: ReadonlySet<string> = new Set([denied.code, objectMissing.code])

/** An object; undefined when it is not there. That the bucket is there was seen when it was opened. */
export async function look(bucket: Bucket, path: string): Promise<KeptObject | undefined> {
  const { client, sdk, options } = bucket
  const command = new sdk.HeadObjectCommand({ Bucket: options.bucket, Key: keyOf(bucket, path) })
  try {
    const head = await attempt(bucket, { action: 's3:GetObject', path }, (abortSignal) =>
      client.send(command, { abortSignal }),
    )
    const { ContentLength: bytes, LastModified: modifiedAt } = head
    if (bytes === undefined || modifiedAt === undefined) throw noS3(bucket, 'HeadObject')
    return { path, bytes, modifiedAt }
  } catch (error) {
    if (!(error instanceof BackupError && withoutReason.has(error.text.code))) throw error
    // An answer to HEAD has no body that says why: what a list is refused for does.
    await seeBucket(bucket)
    if (error.failure === 'truncated') return undefined
    throw error
  }
}

/** Throws `BackupError` when the bucket is not there, or may not be read. */
export async function seeBucket(bucket: Bucket): Promise<void> {
  const { client, sdk, options } = bucket
  const command = new sdk.ListObjectsV2Command({ Bucket: options.bucket, Prefix: rootOf(options), MaxKeys: 1 })
  const page = await attempt(bucket, { action: 's3:ListBucket' }, (abortSignal) =>
    client.send(command, { abortSignal }),
  )
  // A page of something else reads as an empty list.
  if (page.Name === undefined && page.IsTruncated === undefined) throw noS3(bucket, 'ListObjectsV2')
}
