import * as z from 'zod'
import { durationSchema } from '../../core/duration.ts'
import { siteOptions } from '../../core/migrations.ts'
import { secretSchema } from '../../core/secret.ts'

export const sqlFolderOptions = z.strictObject({
  kind: z.literal('sql-folder'),
  ...siteOptions,
  /** Where the files lie: `001_bookings.sql`, and `001_bookings.down.sql` for the way back. */
  folder: z.string().min(1).default('migrations'),
  /** The database, by a role that owns the tables. */
  url: secretSchema,
  /** How long a statement waits for a lock; 0 is for ever. */
  lockTimeout: durationSchema.default(5000),
})
export type SqlFolderOptions = z.output<typeof sqlFolderOptions>
