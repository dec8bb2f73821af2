import * as z from 'zod'
import { durationSchema } from '../core/duration.ts'
import { secretSchema } from '../core/secret.ts'
import { severities } from '../core/words.ts'
import { isTimeZone } from '../core/zoned.ts'
import { scheduleSchema } from './schedule.ts'
import { everyOrAt, notAHeartbeatSpan, notAPingKey, notATimeZone, sameKey, zoneWithoutTime } from './schema-texts.ts'

const secondMs = 1000
const dayMs = 86_400_000
/** The default of Healthchecks. */
const defaultGraceMs = 3_600_000

const spanSchema = durationSchema.refine((ms) => ms >= secondMs && ms <= 400 * dayMs, {
  message: notAHeartbeatSpan.code,
})

/** A job that runs elsewhere and pings: when it is expected, and how long it may be late or take. */
export const heartbeatSchema = z
  .strictObject({
    key: secretSchema.refine((key) => typeof key !== 'string' || isPingKey(key), {
      message: notAPingKey.code,
    }),
    every: spanSchema.optional().meta({ description: 'how far apart its successes are: 1d, 15m' }),
    at: scheduleSchema.optional().meta({ description: 'when it starts: "02:00", "mon 06:00" or five cron fields' }),
    timezone: z
      .string()
      .refine(isTimeZone, { message: notATimeZone.code })
      .optional()
      .meta({ description: 'where its clock stands, for `at`; that of the system unless given' }),
    grace: spanSchema.default(defaultGraceMs).meta({ description: 'how late it may end, and how long a run may take' }),
    severity: z.enum(severities).default('high'),
  })
  .refine(({ every, at }) => (every === undefined) !== (at === undefined), {
    message: everyOrAt.code,
  })
  .refine(({ at, timezone }) => at !== undefined || timezone === undefined, {
    path: ['timezone'],
    message: zoneWithoutTime.code,
  })

export type HeartbeatOptions = z.output<typeof heartbeatSchema>

/** Two jobs with one key could not be told apart. */
export function withOwnKeys(
  heartbeats: Readonly<Record<string, { readonly key: unknown }>>,
  ctx: z.RefinementCtx,
): void {
  const names = new Map<string, string>()
  for (const [name, { key }] of Object.entries(heartbeats)) {
    const same = JSON.stringify(key)
    const other = names.get(same)
    if (other !== undefined) {
      ctx.addIssue({ code: 'custom', path: [name, 'key'], message: sameKey.code, params: { other } })
    }
    names.set(same, name)
  }
}

/**
 * Whether a key can have 128 bits of chance: 32 hexadecimal digits (dashes as in a UUID count for nothing) or 22 letters,
 * digits, `-` and `_`. So few different characters that they were typed by hand are none: of 32 random hexadecimal digits
 * fewer than 8 differ once in 10 million.
 */
export function isPingKey(key: string): boolean {
  if (!/^[A-Za-z0-9_-]{22,200}$/.test(key)) return false
  const digits = key.replaceAll('-', '')
  return new Set(digits).size >= 8 && (digits.length >= 32 || !/^[0-9a-f]+$/i.test(digits))
}
