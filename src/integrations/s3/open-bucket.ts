import type { StepContext } from '../../core/context.ts'
import type { Repository } from '../../core/repository.ts'
import { type Bucket, defaultLimits, type Limits, placeOf } from './bucket.ts'
import { list } from './list.ts'
import { look, seeBucket } from './look.ts'
import type { S3Options } from './options.ts'
import { put } from './put.ts'
import { read } from './read.ts'
import { remove } from './remove.ts'
import { tidy } from './tidy.ts'

/** Stores that are not Amazon's take any region; this is what they call the one that they have. */
const anyRegion = 'us-east-1'

/** A bucket as a repository. Throws `BackupError` with `unreachable` when it is not there, or may not be read. */
export async function openBucket(
  options: S3Options,
  ctx: StepContext,
  limits: Limits = defaultLimits,
): Promise<Repository> {
  const bucket = await connect(options, ctx, limits)
  try {
    await seeBucket(bucket)
  } catch (error) {
    bucket.client.destroy()
    throw error
  }
  return {
    place: bucket.place,
    put: (path, body) => put(bucket, path, body),
    get: (path) => read(bucket, path),
    look: (path) => look(bucket, path),
    list: (folder) => list(bucket, folder),
    remove: (paths) => remove(bucket, paths),
    freeBytes: async () => undefined,
    tidy: (before) => tidy(bucket, before),
    close: async () => bucket.client.destroy(),
  }
}

async function connect(options: S3Options, ctx: StepContext, limits: Limits): Promise<Bucket> {
  const sdk = await import('@aws-sdk/client-s3')
  const { endpoint, pathStyle = endpoint !== undefined } = options
  const region = options.region ?? (endpoint === undefined ? undefined : anyRegion)
  const credentials = await credentialsOf(options, ctx)
  const client = new sdk.S3Client({
    ...(endpoint !== undefined && { endpoint }),
    ...(region !== undefined && { region }),
    ...(credentials !== undefined && { credentials }),
    forcePathStyle: pathStyle,
    followRegionRedirects: endpoint === undefined,
    // How often and how long is decided in one place: `attempt`.
    maxAttempts: 1,
    // Others than Amazon's refuse or store what the SDK would add; every part has its MD5, and its SHA-256 in the signature.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: limits.connectMs, socketTimeout: limits.silenceMs },
  })
  const host = endpoint === undefined ? 'Amazon S3' : new URL(endpoint).host
  return { sdk, client, options, ctx, limits, place: placeOf(options), host, hasAnswered: false }
}

async function credentialsOf({ accessKeyId, secretAccessKey, sessionToken }: S3Options, ctx: StepContext) {
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined
  return {
    accessKeyId: await ctx.reveal(accessKeyId),
    secretAccessKey: await ctx.reveal(secretAccessKey),
    ...(sessionToken !== undefined && { sessionToken: await ctx.reveal(sessionToken) }),
  }
}
