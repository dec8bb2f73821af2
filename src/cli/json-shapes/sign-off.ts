import * as z from 'zod'
import { time } from './parts.ts'

export const signOffOutput = z.strictObject({
  signOff: z.strictObject({ system: z.string(), step: z.string(), by: z.string(), note: z.string(), at: time }),
})
