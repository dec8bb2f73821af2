import * as z from 'zod'
import { bytesSchema } from '../core/bytes.ts'

/** How far from the usual a number of a backup may be. */
export const anomalyOptions = {
  /** Those before it that count: a week of daily ones, so that each weekday is among them. */
  earlier: z.number().int().min(1).max(100).default(7),
  /** Less than half: the retention of the guides takes a thirtieth a day, a wrong WHERE or a lost mount nearly all. */
  least: z.number().min(0).max(1).default(0.5),
  /** More than three times: an import run twice doubles what there was; what goes on growing like that fills the disk next. */
  most: z.number().min(1).default(3),
  /** Below so many rows a ratio is noise: the deviation of a count is its root, a tenth of 100. */
  leastRows: z.number().int().min(0).default(100),
  /** Below it, the frame of a dump is more than its content. */
  leastBytes: bytesSchema.default(1_000_000),
}
