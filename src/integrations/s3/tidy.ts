import { attempt } from './attempt.ts'
import { type Bucket, keyOf, pathOf, rootOf } from './bucket.ts'
import { noS3 } from './failure.ts'
import { refusalOf } from './refusal.ts'

/** Ends the uploads of ours that began before this time: what a killed writing left, invisible and paid for. Gives how many. */
export async function tidy(bucket: Bucket, before: Date): Promise<number> {
  const { client, sdk, options } = bucket
  const request = { Bucket: options.bucket, Prefix: rootOf(options), EncodingType: 'url' } as const
  const seen = new Set<string>()
  let from: { KeyMarker?: string; UploadIdMarker?: string } = {}
  let count = 0
  for (;;) {
    const command = new sdk.ListMultipartUploadsCommand({ ...request, ...from })
    const page = await attempt(bucket, { action: 's3:ListBucketMultipartUploads' }, (abortSignal) =>
      client.send(command, { abortSignal }),
    )
    // A page of something else reads as an empty list.
    if (page.Bucket === undefined && page.IsTruncated === undefined) throw noS3(bucket, 'ListMultipartUploads')
    for (const { Key: key, UploadId: upload, Initiated: begun } of page.Uploads ?? []) {
      const path = pathOf(bucket, key, page.EncodingType)
      if (path === undefined || upload === undefined || begun === undefined || begun >= before) continue
      if (await end(bucket, path, upload)) count++
    }
    if (!page.IsTruncated) return count
    from = {
      ...(page.NextKeyMarker !== undefined && { KeyMarker: page.NextKeyMarker }),
      ...(page.NextUploadIdMarker !== undefined && { UploadIdMarker: page.NextUploadIdMarker }),
    }
    const place = JSON.stringify(from)
    if (seen.has(place)) throw noS3(bucket, 'NextKeyMarker')
    seen.add(place)
  }
}

/** Whether it was there to be ended. */
async function end(bucket: Bucket, path: string, upload: string): Promise<boolean> {
  const { client, sdk, options } = bucket
  const request = { Bucket: options.bucket, Key: keyOf(bucket, path), UploadId: upload }
  const command = new sdk.AbortMultipartUploadCommand(request)
  return await attempt(bucket, { action: 's3:AbortMultipartUpload', path }, (abortSignal) =>
    client.send(command, { abortSignal }).then(
      () => true,
      (error: unknown) => {
        // Another one was first, or it was completed meanwhile.
        if (refusalOf(error).name === 'NoSuchUpload') return false
        throw error
      },
    ),
  )
}
