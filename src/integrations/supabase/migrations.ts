import * as z from 'zod'
import { message } from '../../core/message.ts'
import { commandSiteOptions, defineMigrationTool } from '../../core/migrations.ts'
import { secretSchema } from '../../core/secret.ts'
import { supabaseTexts } from './texts.ts'

export const supabaseOptions = z.strictObject({
  kind: z.literal('supabase'),
  ...commandSiteOptions,
  /** The database, to see what was applied. */
  url: secretSchema,
  /**
   * `sql`: Vigie runs the files through `url`, and keeps them as applied where the CLI of Supabase does. Or a command that
   * applies all that is pending, such as `supabase db push --yes --db-url ADDRESS`: without an address it takes the local
   * database, which may be another than that of `url`. PGPASSWORD in `env` keeps the password off the command line.
   */
  apply: z.union([z.tuple([z.string().min(1)], z.string()), z.literal('sql')]).default('sql'),
  folder: z.string().min(1).default('supabase/migrations'),
})
export type SupabaseOptions = z.output<typeof supabaseOptions>

export interface SupabaseFile {
  /** The file's name without `.sql`. */
  readonly id: string
  /** The time before its first `_`: what the database knows it by. */
  readonly version: string
  readonly fingerprint: string
  readonly sql: string
}

export const supabaseMigrations = defineMigrationTool({
  kind: 'supabase',
  summary: message('supabase.summary', { en: () => 'Supabase', fr: () => 'Supabase' }),
  options: supabaseOptions,
  messages: supabaseTexts,
  load: async () => (await import('./tool.ts')).supabaseTool,
})
