import * as z from 'zod'
import { durationSchema } from '../core/duration.ts'
import { scheduleSchema } from './schedule.ts'
import { notAWindowLength } from './schema-texts.ts'

const minuteMs = 60_000
/** As the longest silence: what is quiet for longer is looked after by nobody. */
const longestMs = 30 * 86_400_000

/** A time in which things are taken down on purpose: alerts stay quiet, and routines may wait for it. */
export const windowSchema = z.strictObject({
  at: scheduleSchema,
  for: durationSchema
    .refine((ms) => ms >= minuteMs && ms <= longestMs, notAWindowLength.code)
    .meta({ description: 'how long it stays open: 2h' }),
  components: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .meta({ description: 'what it covers; the whole system unless given' }),
})

export type WindowOptions = z.output<typeof windowSchema>
