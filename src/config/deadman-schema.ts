import * as z from 'zod'
import { durationSchema } from '../core/duration.ts'
import { tooOften } from '../core/refusals.ts'
import { secretAddressSchema } from '../core/secret.ts'

const shortestMs = 1000
/** As the least that services for it take: with a minute, and a minute of grace there, a silence is known after two. */
export const deadmanEveryMs = 60_000

/** An address outside that is pinged again and again: as it is, or with how often. Its path is what only we know. */
export const deadmanSchema = z.union([
  z.strictObject({
    url: secretAddressSchema,
    every: durationSchema.refine((ms) => ms >= shortestMs, tooOften.code).default(deadmanEveryMs),
  }),
  secretAddressSchema,
])
