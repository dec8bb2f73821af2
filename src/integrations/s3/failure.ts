import { BackupError } from '../../core/backup.ts'
import type { Text } from '../../core/message.ts'
import type { Bucket } from './bucket.ts'
import type { Refusal } from './refusal.ts'
import * as texts from './texts.ts'

/** What was asked. */
export interface Call {
  /** The right that it needs, as policies call it: `s3:PutObject`. */
  readonly action: string
  /** Of the object. Absent: of the bucket. */
  readonly path?: string
}

/** What a refusal is for people. The SDK's own error is not kept: it holds the request, its signature included. */
export function failureOf(refusal: Refusal, bucket: Bucket, { action, path = '' }: Call): BackupError {
  const { host, place, options } = bucket
  const { detail } = refusal
  switch (refusal.kind) {
    case 'no-bucket':
      return unreachable(texts.noBucket({ bucket: options.bucket, host }), texts.noBucketHint({}))
    case 'key-refused':
      return unreachable(texts.keyRefused({ host, place, detail }), texts.keyRefusedHint({}))
    case 'no-key':
      return unreachable(texts.noKey({ place, detail }), texts.noKeyHint({}))
    case 'clock-off':
      return unreachable(texts.clockOff({ host, detail }), texts.clockOffHint({}))
    case 'denied':
      return unreachable(texts.denied({ place, action, detail }), texts.deniedHint({ action }))
    case 'other-region':
      return unreachable(texts.otherRegion({ bucket: options.bucket, detail }), texts.otherRegionHint({}))
    case 'no-trust':
      return unreachable(texts.noTrust({ host, detail }), texts.noTrustHint({}))
    case 'full':
      return new BackupError('no-space', texts.full({ place, detail }), { hint: texts.fullHint({}) })
    case 'no-answer':
      return unreachable(texts.noAnswer({ host, detail }), texts.noAnswerHint({}))
    case 'busy':
      return unreachable(texts.busy({ host, detail }), texts.busyHint({}))
    case 'strange':
      return unreachable(texts.strange({ host, detail }), texts.strangeHint({}))
    case 'cold':
      return unreachable(texts.cold({ path, place, detail }), texts.coldHint({}))
    case 'missing':
      return path === ''
        ? unreachable(texts.noBucket({ bucket: options.bucket, host }), texts.noBucketHint({}))
        : new BackupError('truncated', texts.objectMissing({ path, place }))
    case 'changed':
      return new BackupError('truncated', texts.objectChanged({ path, place }))
    case 'refused':
      return unreachable(texts.refused({ host, action, place, detail }))
  }
}

/** An answer that S3 never gives. */
export function noS3({ host }: Bucket, detail: string): BackupError {
  return unreachable(texts.strange({ host, detail }), texts.strangeHint({}))
}

function unreachable(...[text, hint]: readonly [text: Text, hint?: Text]): BackupError {
  return new BackupError('unreachable', text, hint === undefined ? {} : { hint })
}
