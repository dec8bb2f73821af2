import type { Command } from '../../../command.ts'
import { findPlanTexts } from '../../../find-plan.ts'
import { actOnMigrations } from '../../../migrations/act.ts'
import { findCodeTexts } from '../../../migrations/find-code.ts'
import { performRunTexts } from '../../../perform-run.ts'
import { countOf } from '../../../read-options.ts'
import { renderRunTexts } from '../../../render-run.ts'

const mostSteps = 50

export const dbMigrationsRevertCommand: Command = {
  texts: [...findCodeTexts, ...findPlanTexts, ...renderRunTexts, ...performRunTexts],
  showsStoredTexts: false,
  run: async (context, args) =>
    actOnMigrations(context, args, 'migrate-back', { steps: countOf(args, 'steps', mostSteps) ?? 1 }),
}
