import { type Command, isSet } from '../../../command.ts'
import { findPlanTexts } from '../../../find-plan.ts'
import { actOnMigrations } from '../../../migrations/act.ts'
import { findCodeTexts } from '../../../migrations/find-code.ts'
import { performRunTexts } from '../../../perform-run.ts'
import { renderRunTexts } from '../../../render-run.ts'

export const dbMigrationsCreateCommand: Command = {
  texts: [...findCodeTexts, ...findPlanTexts, ...renderRunTexts, ...performRunTexts],
  showsStoredTexts: false,
  run: (context, args) =>
    actOnMigrations(context, args, 'migrate-create', { name: args.positionals[0] ?? '', auto: isSet(args, 'auto') }),
}
