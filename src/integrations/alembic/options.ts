import * as z from 'zod'
import { commandSiteOptions } from '../../core/migrations.ts'

export const alembicOptions = z.strictObject({
  kind: z.literal('alembic'),
  ...commandSiteOptions,
  /** The interpreter that has Alembic and the application, such as `.venv/bin/python`. */
  python: z.string().min(1).default('python3'),
  ini: z.string().min(1).default('alembic.ini'),
})
export type AlembicOptions = z.output<typeof alembicOptions>
