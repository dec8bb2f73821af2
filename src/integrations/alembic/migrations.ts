import * as z from 'zod'
import { message } from '../../core/message.ts'
import { commandSiteOptions, defineMigrationTool } from '../../core/migrations.ts'
import { alembicTexts } from './texts.ts'

export const alembicOptions = z.strictObject({
  kind: z.literal('alembic'),
  ...commandSiteOptions,
  /** The interpreter that has Alembic and the application, such as `.venv/bin/python`. */
  python: z.string().min(1).default('python3'),
  ini: z.string().min(1).default('alembic.ini'),
})
export type AlembicOptions = z.output<typeof alembicOptions>

export const alembicMigrations = defineMigrationTool({
  kind: 'alembic',
  summary: message('alembic.summary', { en: () => 'Alembic (SQLAlchemy)', fr: () => 'Alembic (SQLAlchemy)' }),
  options: alembicOptions,
  messages: alembicTexts,
  load: async () => (await import('./tool.ts')).alembicTool,
})
