import * as z from 'zod'
import { commandSiteOptions } from '../../core/migrations.ts'
import { secretSchema } from '../../core/secret.ts'

export const drizzleOptions = z.strictObject({
  kind: z.literal('drizzle'),
  ...commandSiteOptions,
  /** The database, to see what was applied; a role that may read is enough. */
  url: secretSchema,
  /** What starts drizzle-kit; it applies with what drizzle.config says. */
  command: z.tuple([z.string().min(1)], z.string()).default(['npx', 'drizzle-kit']),
  /** `out` of drizzle.config. */
  folder: z.string().min(1).default('drizzle'),
  /** `migrations.schema` and `migrations.table` of drizzle.config. */
  schema: z.string().min(1).default('drizzle'),
  table: z.string().min(1).default('__drizzle_migrations'),
})
export type DrizzleOptions = z.output<typeof drizzleOptions>
