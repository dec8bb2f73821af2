import * as z from 'zod'
import { commandSiteOptions } from '../../core/migrations.ts'
import { secretSchema } from '../../core/secret.ts'

export const supabaseOptions = z.strictObject({
  kind: z.literal('supabase'),
  ...commandSiteOptions,
  /** The database, to see what was applied. */
  url: secretSchema,
  /**
   * What applies. `sql`: Vigie runs the files through `url`, and keeps them as applied where the CLI of Supabase does. `push`:
   * that CLI, `supabase db push` on the database of `url`; it also sets what its config says of the vault. Or a command of
   * your own that applies all that is pending, such as `supabase db push --linked --yes`: it must say on which database, or
   * it takes another one than that of `url`.
   */
  apply: z.union([z.enum(['sql', 'push']), z.tuple([z.string().min(1)], z.string())]).default('sql'),
  /** What starts the CLI, for `push`. */
  command: z.tuple([z.string().min(1)], z.string()).default(['npx', 'supabase']),
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
