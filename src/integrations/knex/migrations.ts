import * as z from 'zod'
import { message } from '../../core/message.ts'
import { commandSiteOptions, defineMigrationTool } from '../../core/migrations.ts'
import { knexTexts } from './texts.ts'

export const knexOptions = z.strictObject({
  kind: z.literal('knex'),
  ...commandSiteOptions,
  /** The Node that runs the application; it must read the knexfile as it is. */
  node: z.string().min(1).default('node'),
  knexfile: z.string().min(1).default('knexfile.js'),
})
export type KnexOptions = z.output<typeof knexOptions>

export const knexMigrations = defineMigrationTool({
  kind: 'knex',
  summary: message('knex.summary', { en: () => 'Knex', fr: () => 'Knex' }),
  options: knexOptions,
  messages: knexTexts,
  load: async () => (await import('./tool.ts')).knexTool,
})
