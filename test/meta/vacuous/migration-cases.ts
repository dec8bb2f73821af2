import { codeSteps } from '../../../src/catalog/with-migrations.ts'
import type { MigrationsSample } from '../../../src/data/migrations/check.ts'
import { noMigrations } from '../../../src/data/migrations/texts.ts'
import { nothingSeen } from './case.ts'

const nothing: MigrationsSample = { tool: 'alembic', dir: '/srv/app', migrations: [], heads: [] }
const reason = noMigrations({ tool: 'alembic', dir: '/srv/app' })
const remedy = undefined

export const migrationCases = nothingSeen(codeSteps.check, {
  'no migration at all': nothing,
  'no tool': { ...nothing, problem: { isToolMissing: true, reason, remedy } },
  'no database': { ...nothing, problem: { isToolMissing: false, reason, remedy } },
})
