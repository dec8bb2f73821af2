import type { NotRemoved } from '../../core/repository.ts'
import { attempt } from './attempt.ts'
import { type Bucket, keyOf } from './bucket.ts'
import { noS3 } from './failure.ts'
import { lockOf } from './locks.ts'
import { md5Of } from './part-request.ts'
import { refusalOf } from './refusal.ts'
import { notRemoved } from './texts.ts'

/** Of stores that know no removing of several at once. */
const onlyOneByOne = new Set(['NotImplemented', 'MethodNotAllowed'])

/** Removes at most a thousand objects, and gives what the store did not remove. */
export async function deleteObjects(bucket: Bucket, paths: readonly string[]): Promise<readonly NotRemoved[]> {
  const errors = await deleteAtOnce(bucket, paths)
  const failed = errors ?? (await deleteOneByOne(bucket, paths))
  const kept: NotRemoved[] = []
  for (const { path, detail } of failed) {
    // A store may refuse for a lock that the bucket does not tell of.
    const lock = await lockOf(bucket, path)
    kept.push({ path, ...(lock ?? { reason: notRemoved({ detail }) }) })
  }
  return kept
}

interface Failed {
  readonly path: string
  readonly detail: string
}

/** Undefined when the store can only remove one by one. */
async function deleteAtOnce(bucket: Bucket, paths: readonly string[]): Promise<readonly Failed[] | undefined> {
  const { client, sdk, options } = bucket
  const byKey = new Map(paths.map((path) => [keyOf(bucket, path), path]))
  const command = new sdk.DeleteObjectsCommand({
    Bucket: options.bucket,
    Delete: { Objects: [...byKey.keys()].map((key) => ({ Key: key })) },
  })
  // The store insists on a checksum. The SDK sends CRC32, which only newer ones know; every one knows Content-MD5.
  command.middlewareStack.add(
    (next) => async (args) => {
      if (isSent(args.request)) args.request.headers['content-md5'] = md5Of(args.request.body).toString('base64')
      return next(args)
    },
    { step: 'build', name: 'contentMd5' },
  )
  const answer = await attempt(bucket, { action: 's3:DeleteObject' }, (abortSignal) =>
    client.send(command, { abortSignal }).catch((error: unknown) => {
      if (onlyOneByOne.has(refusalOf(error).name)) return undefined
      throw error
    }),
  )
  if (answer === undefined) return undefined
  const failed: Failed[] = []
  const told = new Set((answer.Deleted ?? []).map(({ Key: key }) => key))
  for (const { Key: key = '', Code: code = '', Message: said = '' } of answer.Errors ?? []) {
    told.add(key)
    const path = byKey.get(key)
    if (path !== undefined && code !== 'NoSuchKey')
      failed.push({ path, detail: [code, said].filter((part) => part !== '').join(': ') })
  }
  // What an answer does not name may be there or not.
  if ([...byKey.keys()].some((key) => !told.has(key))) throw noS3(bucket, 'DeleteObjects')
  return failed
}

async function deleteOneByOne(bucket: Bucket, paths: readonly string[]): Promise<readonly Failed[]> {
  const { client, sdk, options } = bucket
  const failed: Failed[] = []
  for (const path of paths) {
    const command = new sdk.DeleteObjectCommand({ Bucket: options.bucket, Key: keyOf(bucket, path) })
    await attempt(bucket, { action: 's3:DeleteObject', path }, (abortSignal) =>
      client.send(command, { abortSignal }).catch((error: unknown) => {
        const { kind, isAnswer, isPassing, detail } = refusalOf(error)
        if (kind === 'missing') return
        if (!isAnswer || isPassing) throw error
        failed.push({ path, detail })
      }),
    )
  }
  return failed
}

interface Sent {
  readonly headers: Record<string, string>
  readonly body: string | Uint8Array
}

function isSent(request: unknown): request is Sent {
  if (typeof request !== 'object' || request === null || !('headers' in request) || !('body' in request)) return false
  return typeof request.body === 'string' || request.body instanceof Uint8Array
}
