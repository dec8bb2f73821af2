import { archiveTexts } from './archive-texts.ts'
import { restoreDatabaseTexts } from './database-texts.ts'
import { refuseTargetTexts } from './refuse-target.ts'
import { tableTexts } from './table-texts.ts'
import { wantedTexts } from './wanted-tables.ts'

/** All that a restore can say of itself. */
export const restoreTexts = [
  ...archiveTexts,
  ...restoreDatabaseTexts,
  ...refuseTargetTexts,
  ...tableTexts,
  ...wantedTexts,
]
