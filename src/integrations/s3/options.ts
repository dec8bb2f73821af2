import * as z from 'zod'
import { bytesSchema } from '../../core/bytes.ts'
import { isObjectPath } from '../../core/object-path.ts'
import { keyWithoutSecret, notABucket, notAPartSize, notAPrefix, notAWebAddress } from '../../core/refusals.ts'
import { secretSchema } from '../../core/secret.ts'

/** The store's own borders are 5 MiB and 5 GiB ("Amazon S3 multipart upload limits"); ours keeps a few of them in memory. */
const partBorders = { least: 5 * 1024 ** 2, most: 512 * 1024 ** 2 }

/** Those of Amazon S3 ("Understanding and managing storage classes") from which an object can be read at once. */
const instantClasses = [
  'STANDARD',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER_IR',
  'REDUCED_REDUNDANCY',
  'EXPRESS_ONEZONE',
] as const

export const s3Options = z
  .strictObject({
    kind: z.literal('s3'),
    bucket: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$/, notABucket.code)
      .meta({ description: 'it must be there' }),
    prefix: z
      .string()
      .max(200)
      .refine(isObjectPath, notAPrefix.code)
      .optional()
      .meta({ description: 'the folder in the bucket, such as vigie/shop' }),
    endpoint: z
      .string()
      .refine(isPlainAddress, notAWebAddress.code)
      .optional()
      .meta({ description: 'the address of a store that is not Amazon S3' }),
    region: z
      .string()
      .regex(/^[A-Za-z0-9-]{1,64}$/)
      .optional(),
    accessKeyId: secretSchema.optional().meta({ description: 'without keys, those of the environment or the machine' }),
    secretAccessKey: secretSchema.optional(),
    sessionToken: secretSchema.optional(),
    pathStyle: z
      .boolean()
      .optional()
      .meta({ description: 'the bucket stands in the path, not in the host name; so it is when there is an endpoint' }),
    partBytes: bytesSchema
      .refine((bytes) => bytes >= partBorders.least && bytes <= partBorders.most, notAPartSize.code)
      .default(8 * 1024 ** 2)
      .meta({ description: 'of what is sent in parts; four of them are in memory' }),
    storageClass: z
      .enum(instantClasses)
      .optional()
      .meta({ description: 'what the store bills by; only what can be read at once, since a drill reads it' }),
  })
  .refine(({ accessKeyId, secretAccessKey }) => (accessKeyId === undefined) === (secretAccessKey === undefined), {
    message: keyWithoutSecret.code,
  })
  .refine(({ accessKeyId, sessionToken }) => sessionToken === undefined || accessKeyId !== undefined, {
    message: keyWithoutSecret.code,
  })

export type S3Options = z.output<typeof s3Options>

/** Passwords are never part of an address, which errors show. */
function isPlainAddress(text: string): boolean {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return false
  const { username, password, search, hash } = new URL(text)
  return [username, password, search, hash].every((part) => part === '')
}
