import type { Command } from '../../command.ts'
import { actOnDatabase } from '../../db/act.ts'
import { findDatabaseTexts } from '../../db/find-database.ts'
import { findPlanTexts } from '../../find-plan.ts'
import { performRunTexts } from '../../perform-run.ts'
import { textOf } from '../../read-options.ts'
import { renderRunTexts } from '../../render-run.ts'

/** Without a name: every index that gains enough by it. */
export const dbReindexCommand: Command = {
  texts: [...findDatabaseTexts, ...findPlanTexts, ...renderRunTexts, ...performRunTexts],
  showsStoredTexts: false,
  run: (context, args) => {
    const index = textOf(args, 'index')
    const assumeSpace = textOf(args, 'assume-space')
    return actOnDatabase(context, args, 'reindex', {
      ...(index !== undefined && { index }),
      ...(assumeSpace !== undefined && { assumeSpace }),
    })
  },
}
