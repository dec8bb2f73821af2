import type { KeptObject } from '../../core/repository.ts'
import { attempt } from './attempt.ts'
import { type Bucket, keyOf, pathOf, rootOf } from './bucket.ts'
import { noS3 } from './failure.ts'

/** What lies below a folder (`''`: all of ours), by pages of the store. What others put there under other names is left out. */
export async function* list(bucket: Bucket, folder: string): AsyncGenerator<KeptObject, void, undefined> {
  const { client, sdk, options } = bucket
  const prefix = folder === '' ? rootOf(options) : `${keyOf(bucket, folder)}/`
  const request = { Bucket: options.bucket, Prefix: prefix, EncodingType: 'url' } as const
  const seen = new Set<string>()
  let token: string | undefined
  do {
    const command = new sdk.ListObjectsV2Command({
      ...request,
      ...(token !== undefined && { ContinuationToken: token }),
    })
    const page = await attempt(bucket, { action: 's3:ListBucket' }, (abortSignal) =>
      client.send(command, { abortSignal }),
    )
    // A page of something else reads as an empty list.
    if (page.Name === undefined && page.IsTruncated === undefined) throw noS3(bucket, 'ListObjectsV2')
    for (const { Key: key, Size: bytes, LastModified: modifiedAt } of page.Contents ?? []) {
      const path = pathOf(bucket, key, page.EncodingType)
      if (path === undefined) continue
      if (bytes === undefined || modifiedAt === undefined) throw noS3(bucket, 'ListObjectsV2')
      yield { path, bytes, modifiedAt: wholeSecond(modifiedAt) }
    }
    token = page.IsTruncated ? page.NextContinuationToken : undefined
    // A list that never ends, or stops where it says that it goes on, is none.
    if (page.IsTruncated && (token === undefined || seen.has(token))) throw noS3(bucket, 'NextContinuationToken')
    if (token !== undefined) seen.add(token)
  } while (token !== undefined)
}

/** As an answer to HEAD tells it: the same object has the same time, whoever asks. */
function wholeSecond(at: Date): Date {
  return new Date(Math.floor(at.getTime() / 1000) * 1000)
}
