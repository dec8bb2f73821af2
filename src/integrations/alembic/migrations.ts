import { message } from '../../core/message.ts'
import { defineMigrationTool } from '../../core/migrations.ts'
import { alembicOptions } from './options.ts'
import { alembicTexts } from './texts.ts'

export const alembicMigrations = defineMigrationTool({
  kind: 'alembic',
  summary: message('alembic.summary', { en: () => 'Alembic (SQLAlchemy)', fr: () => 'Alembic (SQLAlchemy)' }),
  options: alembicOptions,
  messages: alembicTexts,
  load: async () => (await import('./tool.ts')).alembicTool,
})
