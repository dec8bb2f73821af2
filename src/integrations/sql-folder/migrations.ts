import * as z from 'zod'
import { durationSchema } from '../../core/duration.ts'
import { message } from '../../core/message.ts'
import { defineMigrationTool, siteOptions } from '../../core/migrations.ts'
import { secretSchema } from '../../core/secret.ts'
import { sqlFolderTexts } from './texts.ts'

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

export const sqlFolderMigrations = defineMigrationTool({
  kind: 'sql-folder',
  summary: message('sql-folder.summary', {
    en: () => 'a folder of numbered SQL files, applied by Vigie itself',
    fr: () => 'un dossier de fichiers SQL numérotés, appliqués par Vigie elle-même',
  }),
  options: sqlFolderOptions,
  messages: sqlFolderTexts,
  load: async () => (await import('./tool.ts')).sqlFolderTool,
})
