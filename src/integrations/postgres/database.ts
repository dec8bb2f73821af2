import type { DatabaseAbility } from '../../core/database.ts'
import { actingTexts } from './acting-texts.ts'
import type { PostgresOptions } from './options.ts'
import { postgresTexts } from './texts.ts'
import { activityView } from './views/activity.ts'

/** What people can look at in a PostgreSQL database. */
export function postgresDatabase(options: PostgresOptions): DatabaseAbility {
  return {
    activity: (ctx) => activityView(options, ctx),
  }
}

export const databaseTexts = [...new Set([...postgresTexts, ...actingTexts])]
