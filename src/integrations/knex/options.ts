import * as z from 'zod'
import { commandSiteOptions } from '../../core/migrations.ts'

export const knexOptions = z.strictObject({
  kind: z.literal('knex'),
  ...commandSiteOptions,
  /** The Node that runs the application; it must read the knexfile as it is. */
  node: z.string().min(1).default('node'),
  knexfile: z.string().min(1).default('knexfile.js'),
})
export type KnexOptions = z.output<typeof knexOptions>
