import * as z from 'zod'
import { durationSchema } from '../../core/duration.ts'
import { message } from '../../core/message.ts'
import { noTime } from '../../core/refusals.ts'

const dayMs = 86_400_000

const notAFolder = message('orphans.prefix', {
  en: () => 'not a folder of the tree: write "uploads/", without "/" before it and without ".."',
  fr: () => 'n\'est pas un dossier de l\'arborescence : écrivez "uploads/", sans « / » devant et sans « .. »',
})
export const optionTexts = [notAFolder]

/** A tree of files, and the rows that name them. */
export const orphansOptions = z.strictObject({
  /** The component that holds the files. */
  files: z.string().min(1),
  /** The component that has the rows, and one `select` whose first column names a file. */
  rows: z.strictObject({ in: z.string().min(1), query: z.string().min(1).max(20_000) }),
  /** The folder of the tree that the rows count from; what lies beside it is not looked at. */
  prefix: z
    .string()
    .refine((text) => !text.startsWith('/') && !text.split('/').includes('..'), notAFolder.code)
    .default(''),
  /** What rows have before the path; the first that fits is taken off: `https://cdn.example.org/`, `/srv/documents/`. */
  strip: z.array(z.string().min(1)).max(50).default([]),
  /** A row that names something outside of the tree: `refuse` tells nothing until it is known what it means. */
  elsewhere: z.enum(['refuse', 'ignore']).default('refuse'),
  /** Names that differ by case alone are one, as on Windows and macOS. */
  ignoreCase: z.boolean().default(false),
  /** A younger file is an upload whose row is still to come. */
  olderThan: durationSchema.default(dayMs),
  /** The database ends a batch of the query after it. */
  timeLimit: durationSchema.refine((ms) => ms > 0, noTime.code).default(60_000),
})
export type OrphansOptions = z.output<typeof orphansOptions>
