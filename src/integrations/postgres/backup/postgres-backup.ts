import type { BackupAbility } from '../../../core/backup.ts'
import { engineTexts } from '../../../platform/docker/engine-texts.ts'
import type { PostgresOptions } from '../options.ts'
import { restoreTexts } from '../restore/restore-texts.ts'
import { backupOptionsTexts } from './backup-options.ts'
import { byHand } from './by-hand.ts'
import { dumpTexts } from './dump-texts.ts'
import { databasePart, factsTexts, globalsPart } from './facts.ts'
import { imageTexts } from './image-texts.ts'
import { programTexts } from './program-texts.ts'
import { rehearsalTexts } from './rehearsal-texts.ts'
import { verifyTexts } from './verify-texts.ts'

/** A PostgreSQL database can be copied by pg_dump and brought back by pg_restore. */
export function postgresBackup(options: PostgresOptions): BackupAbility {
  return {
    survey: async (ctx) => (await import('./survey.ts')).surveyPostgres(options, ctx),
    dump: async (ctx, part, write) => {
      if (part === databasePart.name) return (await import('./dump-database.ts')).dumpDatabase(options, ctx, write)
      if (part === globalsPart.name) return (await import('./dump-globals.ts')).dumpGlobals(options, ctx, write)
      throw new Error(`PostgreSQL has no part "${part}"`)
    },
    planRestore: async (...asked) =>
      (await import('../restore/postgres-restore.ts')).planPostgresRestore(options)(...asked),
    restore: async (...asked) => (await import('../restore/postgres-restore.ts')).restorePostgres(options)(...asked),
    rehearse: async (ctx, stored, scratch) =>
      (await import('./rehearse.ts')).rehearsePostgres(options.backup, ctx, stored, scratch),
    verify: async (ctx, stored) => (await import('./verify-postgres.ts')).verifyPostgres(options, ctx, stored),
    byHand: () => byHand,
  }
}

export const backupTexts = [
  ...backupOptionsTexts,
  ...programTexts,
  ...dumpTexts,
  ...factsTexts,
  ...restoreTexts,
  ...rehearsalTexts,
  ...imageTexts,
  ...engineTexts,
  ...verifyTexts,
]
