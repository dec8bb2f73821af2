import { attempt } from './attempt.ts'
import { noS3 } from './failure.ts'
import { type Kept, plainTag, type Target } from './kept.ts'
import { md5Of, storing } from './part-request.ts'
import type { Part } from './parts-of.ts'
import { refusalOf } from './refusal.ts'
import { type Sent, sendParts } from './send-parts.ts'

/** To take back what was begun there is so much time, also when that of the step is over. */
const abortLimitMs = 15_000

/** A multipart upload. What fails, the source included, ends it and leaves nothing; what even that could not, tidying does. */
export async function putInParts(
  target: Target,
  first: readonly Part[],
  rest: AsyncGenerator<Part, void, undefined>,
): Promise<Kept> {
  const upload = await begin(target)
  try {
    return await complete(target, upload, await sendParts(target, upload, first, rest))
  } catch (error) {
    await abortUpload(target, upload)
    throw error
  }
}

async function begin({ bucket, path, key }: Target): Promise<string> {
  const { client, sdk, options } = bucket
  const command = new sdk.CreateMultipartUploadCommand({ Bucket: options.bucket, Key: key, ...storing(options) })
  const { UploadId: upload } = await attempt(bucket, { action: 's3:PutObject', path }, (abortSignal) =>
    client.send(command, { abortSignal }),
  )
  if (upload !== undefined && upload !== '') return upload
  throw noS3(bucket, 'CreateMultipartUpload')
}

async function complete({ bucket, path, key }: Target, upload: string, parts: readonly Sent[]): Promise<Kept> {
  const { client, sdk, options } = bucket
  const command = new sdk.CompleteMultipartUploadCommand({
    ...{ Bucket: options.bucket, Key: key, UploadId: upload },
    MultipartUpload: { Parts: parts.map(({ tag }, index) => ({ PartNumber: index + 1, ETag: tag })) },
  })
  const answer = await attempt(bucket, { action: 's3:PutObject', path }, (abortSignal, isFirst) =>
    client.send(command, { abortSignal }).catch((error: unknown) => {
      // An answer that was lost: it may be done, and then the upload is gone. What is there tells.
      if (!isFirst && refusalOf(error).name === 'NoSuchUpload') return undefined
      throw error
    }),
  )
  const md5Tag = `${md5Of(Buffer.concat(parts.map(({ md5 }) => md5))).toString('hex')}-${parts.length}`
  return { md5Tag, tag: plainTag(answer?.ETag), version: answer?.VersionId, isCertain: answer !== undefined }
}

async function abortUpload({ bucket, path, key }: Target, upload: string): Promise<void> {
  const { client, sdk, options } = bucket
  const command = new sdk.AbortMultipartUploadCommand({ Bucket: options.bucket, Key: key, UploadId: upload })
  const call = { action: 's3:AbortMultipartUpload', path }
  try {
    await attempt(
      bucket,
      call,
      (abortSignal) => client.send(command, { abortSignal }),
      AbortSignal.timeout(abortLimitMs),
    )
  } catch {
    // What made us end it is the failure to tell; the parts that stay are invisible, and `tidy` finds them.
  }
}
