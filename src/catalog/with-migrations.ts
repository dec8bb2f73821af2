import * as z from 'zod'
import { holdingCode, migrationSteps } from '../data/migrations/holding-code.ts'
import { alembicMigrations } from '../integrations/alembic/migrations.ts'
import { djangoMigrations } from '../integrations/django/migrations.ts'
import { drizzleMigrations } from '../integrations/drizzle/migrations.ts'
import { knexMigrations } from '../integrations/knex/migrations.ts'
import { prismaMigrations } from '../integrations/prisma/migrations.ts'
import { sqlFolderMigrations } from '../integrations/sql-folder/migrations.ts'
import { supabaseMigrations } from '../integrations/supabase/migrations.ts'

/** Every migration tool that comes with Vigie; its work is loaded when it is asked for. */
export const migrationTools = [
  alembicMigrations,
  djangoMigrations,
  prismaMigrations,
  knexMigrations,
  drizzleMigrations,
  supabaseMigrations,
  sqlFolderMigrations,
] as const

export const migrationsSchema = z.discriminatedUnion('kind', [
  alembicMigrations.options,
  djangoMigrations.options,
  prismaMigrations.options,
  knexMigrations.options,
  drizzleMigrations.options,
  supabaseMigrations.options,
  sqlFolderMigrations.options,
])

export const codeSteps = migrationSteps(migrationTools)

export const withMigrations = holdingCode(migrationsSchema, codeSteps)
