import type { Command } from '../../command.ts'
import { actOnDatabase } from '../../db/act.ts'
import { findDatabaseTexts } from '../../db/find-database.ts'
import { findPlanTexts } from '../../find-plan.ts'
import { performRunTexts } from '../../perform-run.ts'
import { renderRunTexts } from '../../render-run.ts'

/** Lets rows go as the retention rules of the config say: all of them, or those that are named. */
export const dbRetentionCommand: Command = {
  texts: [...findDatabaseTexts, ...findPlanTexts, ...renderRunTexts, ...performRunTexts],
  showsStoredTexts: false,
  run: (context, args) => actOnDatabase(context, args, 'retention', { rules: args.positionals }),
}
