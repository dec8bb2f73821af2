import type { Command } from '../../command.ts'
import { actOnDatabase } from '../../db/act.ts'
import { findDatabaseTexts } from '../../db/find-database.ts'
import { pidOf, pidTexts } from '../../db/pid-of.ts'
import { findPlanTexts } from '../../find-plan.ts'
import { performRunTexts } from '../../perform-run.ts'
import { textOf } from '../../read-options.ts'
import { renderRunTexts } from '../../render-run.ts'

export const dbCancelCommand: Command = {
  texts: [...findDatabaseTexts, ...findPlanTexts, ...renderRunTexts, ...performRunTexts, ...pidTexts],
  showsStoredTexts: false,
  run: (context, args) =>
    actOnDatabase(context, args, 'cancel', { pid: pidOf(args), reason: textOf(args, 'reason') ?? '' }),
}
