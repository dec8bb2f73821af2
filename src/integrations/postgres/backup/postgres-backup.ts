import type { BackupAbility } from '../../../core/backup.ts'
import { VigieError } from '../../../core/errors.ts'
import { message } from '../../../core/message.ts'
import type { PostgresOptions } from '../options.ts'
import { backupOptionsTexts } from './backup-options.ts'
import { byHand } from './by-hand.ts'
import { dumpTexts } from './dump-texts.ts'
import { databasePart, factsTexts, globalsPart } from './facts.ts'
import { programTexts } from './program-texts.ts'
import { rehearsalTexts } from './rehearsal-texts.ts'

/** A PostgreSQL database can be copied by pg_dump and brought back by pg_restore. */
export function postgresBackup(options: PostgresOptions): BackupAbility {
  return {
    survey: async (ctx) => (await import('./survey.ts')).surveyPostgres(options, ctx),
    dump: async (ctx, part, write) => {
      if (part === databasePart.name) return (await import('./dump-database.ts')).dumpDatabase(options, ctx, write)
      if (part === globalsPart.name) return (await import('./dump-globals.ts')).dumpGlobals(options, ctx, write)
      throw new Error(`PostgreSQL has no part "${part}"`)
    },
    planRestore: async () => {
      throw notYet()
    },
    restore: async () => {
      throw notYet()
    },
    rehearse: async (ctx, stored, scratch) =>
      (await import('./rehearse.ts')).rehearsePostgres(options.backup, ctx, stored, scratch),
    byHand: () => byHand,
  }
}

const notMade = message('postgres.restore-not-made', {
  en: () => 'Restoring PostgreSQL is not there yet: restore it by hand, as the manifest of the backup says',
  fr: () =>
    "La restauration de PostgreSQL n'existe pas encore : restaurez à la main, comme le dit le manifeste de la sauvegarde",
})
const notYet = (): VigieError => new VigieError('action-refused', notMade({}))

export const backupTexts = [
  notMade,
  ...backupOptionsTexts,
  ...programTexts,
  ...dumpTexts,
  ...factsTexts,
  ...rehearsalTexts,
]
