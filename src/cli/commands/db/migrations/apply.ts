import type { Command } from '../../../command.ts'
import { findPlanTexts } from '../../../find-plan.ts'
import { actOnMigrations } from '../../../migrations/act.ts'
import { findCodeTexts } from '../../../migrations/find-code.ts'
import { performRunTexts } from '../../../perform-run.ts'
import { textOf } from '../../../read-options.ts'
import { renderRunTexts } from '../../../render-run.ts'

export const dbMigrationsApplyCommand: Command = {
  texts: [...findCodeTexts, ...findPlanTexts, ...renderRunTexts, ...performRunTexts],
  showsStoredTexts: false,
  run: (context, args) => {
    const target = args.positionals[0] ?? ''
    return actOnMigrations(context, args, 'migrate', { target, repair: textOf(args, 'repair') ?? '' })
  },
}
