import { createHash } from 'node:crypto'
import type { StorageClass } from '@aws-sdk/client-s3'
import type { S3Options } from './options.ts'

/** Of a body that is sent: the store refuses what does not have it. */
export function md5Of(body: Uint8Array | string): Buffer {
  return createHash('md5').update(body).digest()
}

/** How an object is to be kept. */
export function storing({ storageClass }: S3Options): { readonly StorageClass?: StorageClass } {
  return storageClass === undefined ? {} : { StorageClass: storageClass }
}
