import type { S3Client } from '@aws-sdk/client-s3'
import type { StepContext } from '../../core/context.ts'
import { isObjectPath } from '../../core/object-path.ts'
import type { S3Options } from './options.ts'

/** How long and how often. Times in milliseconds. */
export interface Limits {
  /** For a connection to come about. */
  readonly connectMs: number
  /** Without a byte in either direction; then the connection is given up. */
  readonly silenceMs: number
  /** How long one request is tried again, from its first failure on: a router that starts again takes a minute or two. */
  readonly patienceMs: number
  /** The same before the store has ever answered: more likely its address is wrong. */
  readonly firstPatienceMs: number
  /** Between two attempts: at first, and at most. Each time the double, some of it by chance. */
  readonly pauseMs: { readonly first: number; readonly most: number }
  /** Parts that are sent at once. */
  readonly inFlight: number
  /** Parts of an object: "Amazon S3 multipart upload limits". */
  readonly mostParts: number
}

export const defaultLimits: Limits = {
  connectMs: 10_000,
  silenceMs: 60_000,
  patienceMs: 120_000,
  firstPatienceMs: 10_000,
  pauseMs: { first: 250, most: 15_000 },
  inFlight: 3,
  mostParts: 10_000,
}

/** A bucket that was opened: what every verb needs. */
export interface Bucket {
  readonly sdk: typeof import('@aws-sdk/client-s3')
  readonly client: S3Client
  readonly options: S3Options
  readonly ctx: StepContext
  readonly limits: Limits
  /** `s3://bucket/prefix`. */
  readonly place: string
  /** Who is asked, for people. */
  readonly host: string
  /** The store has answered before, whatever it said. */
  hasAnswered: boolean
}

/** "Object key names" of Amazon S3. */
const longestKey = 1024

export function placeOf({ bucket, prefix }: S3Options): string {
  return `s3://${bucket}${prefix === undefined ? '' : `/${prefix}`}`
}

/** Before every key of ours. */
export function rootOf({ prefix }: S3Options): string {
  return prefix === undefined ? '' : `${prefix}/`
}

/** The key of an object. A path that breaks the rule is a mistake of ours. */
export function keyOf({ options }: Bucket, path: string): string {
  const key = `${rootOf(options)}${path}`
  if (!isObjectPath(path) || key.length > longestKey)
    throw new RangeError(`not a path in a repository: ${JSON.stringify(path)}`)
  return key
}

/** The path behind a key as the store lists it; undefined when it is none of ours. */
export function pathOf({ options }: Bucket, key: string | undefined, encoding: string | undefined): string | undefined {
  const plain = encoding === 'url' ? decoded(key) : key
  const root = rootOf(options)
  if (plain === undefined || !plain.startsWith(root)) return undefined
  const path = plain.slice(root.length)
  return isObjectPath(path) ? path : undefined
}

/** Keys of others may be anything, and come encoded so that the answer can be read. */
function decoded(key: string | undefined): string | undefined {
  try {
    return key === undefined ? undefined : decodeURIComponent(key.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}
