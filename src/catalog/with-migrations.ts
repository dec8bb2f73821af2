import * as z from 'zod'
import { holdingCode, migrationSteps } from '../data/migrations/holding-code.ts'
import { alembicMigrations } from '../integrations/alembic/migrations.ts'
import { djangoMigrations } from '../integrations/django/migrations.ts'
import { knexMigrations } from '../integrations/knex/migrations.ts'
import { sqlFolderMigrations } from '../integrations/sql-folder/migrations.ts'

/** Every migration tool that comes with Vigie; its work is loaded when it is asked for. */
export const migrationTools = [alembicMigrations, djangoMigrations, knexMigrations, sqlFolderMigrations] as const

export const migrationsSchema = z.discriminatedUnion('kind', [
  alembicMigrations.options,
  djangoMigrations.options,
  knexMigrations.options,
  sqlFolderMigrations.options,
])

export const codeSteps = migrationSteps(migrationTools)

export const withMigrations = holdingCode(migrationsSchema, codeSteps)
