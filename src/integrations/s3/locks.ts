import type { Text } from '../../core/message.ts'
import { attempt } from './attempt.ts'
import { type Bucket, keyOf } from './bucket.ts'
import { type RefusalKind, refusalOf } from './refusal.ts'
import { lockedForNow, lockedUntil } from './texts.ts'

/** What keeps an object in its bucket. */
export interface Lock {
  /** Undefined: until somebody takes it away. */
  readonly until?: Date
  readonly reason: Text
}

/** What the S3 API says of a bucket without object lock, and what those say that do not know it. */
const noLock = new Set(['ObjectLockConfigurationNotFoundError', 'NotImplemented', 'InvalidRequest', 'MethodNotAllowed'])

/** The store has an answer, which is not about locks. */
const notTold = new Set<RefusalKind>(['denied', 'refused', 'missing'])

/** Whether objects of the bucket can be locked; a key that may not ask gets `unknown`. */
export async function bucketLock(bucket: Bucket): Promise<'some' | 'none' | 'unknown'> {
  const { client, sdk, options } = bucket
  const command = new sdk.GetObjectLockConfigurationCommand({ Bucket: options.bucket })
  return await attempt(bucket, { action: 's3:GetBucketObjectLockConfiguration' }, (abortSignal) =>
    client.send(command, { abortSignal }).then(
      ({ ObjectLockConfiguration: lock }) => (lock?.ObjectLockEnabled === 'Enabled' ? 'some' : 'unknown'),
      (error: unknown) => {
        const { name, isPassing, isAnswer, kind } = refusalOf(error)
        if (noLock.has(name)) return 'none'
        if (isAnswer && !isPassing && notTold.has(kind)) return 'unknown'
        throw error
      },
    ),
  )
}

/** What keeps this object now; undefined when nothing does, or it is not there. */
export async function lockOf(bucket: Bucket, path: string): Promise<Lock | undefined> {
  const { client, sdk, options, ctx } = bucket
  const command = new sdk.HeadObjectCommand({ Bucket: options.bucket, Key: keyOf(bucket, path) })
  const head = await attempt(bucket, { action: 's3:GetObject', path }, (abortSignal) =>
    client.send(command, { abortSignal }).catch((error: unknown) => {
      if (refusalOf(error).kind === 'missing') return undefined
      throw error
    }),
  )
  if (head?.ObjectLockLegalHoldStatus === 'ON') return { reason: lockedForNow({}) }
  const until = head?.ObjectLockRetainUntilDate
  if (until === undefined || until <= ctx.clock.now()) return undefined
  return { until, reason: lockedUntil({ until: until.toISOString() }) }
}
