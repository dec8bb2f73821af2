import { message } from '../../core/message.ts'
import { defineMigrationTool } from '../../core/migrations.ts'
import { knexOptions } from './options.ts'
import { knexTexts } from './texts.ts'

export const knexMigrations = defineMigrationTool({
  kind: 'knex',
  summary: message('knex.summary', { en: () => 'Knex', fr: () => 'Knex' }),
  options: knexOptions,
  messages: knexTexts,
  load: async () => (await import('./tool.ts')).knexTool,
})
