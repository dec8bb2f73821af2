import { message } from '../../core/message.ts'
import { defineMigrationTool } from '../../core/migrations.ts'
import { drizzleOptions } from './options.ts'
import { drizzleTexts } from './texts.ts'

export const drizzleMigrations = defineMigrationTool({
  kind: 'drizzle',
  summary: message('drizzle.summary', { en: () => 'Drizzle', fr: () => 'Drizzle' }),
  options: drizzleOptions,
  messages: drizzleTexts,
  load: async () => (await import('./tool.ts')).drizzleTool,
})
