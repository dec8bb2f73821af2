import type { Command } from '../../command.ts'
import { actOnDatabase } from '../../db/act.ts'
import { findDatabaseTexts } from '../../db/find-database.ts'
import { findPlanTexts } from '../../find-plan.ts'
import { performRunTexts } from '../../perform-run.ts'
import { textOf } from '../../read-options.ts'
import { renderRunTexts } from '../../render-run.ts'

/** Without a name: every table that needs it. */
export const dbMaintainCommand: Command = {
  texts: [...findDatabaseTexts, ...findPlanTexts, ...renderRunTexts, ...performRunTexts],
  showsStoredTexts: false,
  run: (context, args) => {
    const table = textOf(args, 'table')
    return actOnDatabase(context, args, 'maintain', table === undefined ? {} : { table })
  },
}
