import { message } from '../../core/message.ts'
import { defineMigrationTool } from '../../core/migrations.ts'
import { djangoOptions } from './options.ts'
import { djangoTexts } from './texts.ts'

export const djangoMigrations = defineMigrationTool({
  kind: 'django',
  summary: message('django.summary', { en: () => 'Django', fr: () => 'Django' }),
  options: djangoOptions,
  messages: djangoTexts,
  load: async () => (await import('./tool.ts')).djangoTool,
})
