import { unknownBackup, unknownBackupHint } from '../../../backups/texts.ts'
import type { BackupRecord } from '../../../core/backup-record.ts'
import { systemClock } from '../../../core/clock.ts'
import { VigieError } from '../../../core/errors.ts'
import { message } from '../../../core/message.ts'
import { backupJson } from '../../backups/backup-json.ts'
import { backupColumns, backupColumnTexts } from '../../backups/columns.ts'
import { findEntryTexts } from '../../backups/find-entry.ts'
import { partLines, partLineTexts } from '../../backups/part-lines.ts'
import { columnTable } from '../../columns.ts'
import { type Command, isSet, stringOf } from '../../command.ts'

const nothing = message('cli.backups-none', {
  en: () => 'There is no backup yet. Make one: vigie backups create',
  fr: () => "Il n'y a pas encore de sauvegarde. Faites-en une : vigie backups create",
})
const unproved = message('cli.backups-unproved', {
  en: () => 'None of these was ever restored. A backup counts once a drill has proved it: vigie backups drill',
  fr: () =>
    "Aucune n'a jamais été restaurée. Une sauvegarde compte quand un exercice l'a prouvée : vigie backups drill",
})

/** The backups that this Vigie has made and that are still there, the newest first; or the one that is named, whatever became of it. */
export const backupsListCommand: Command = {
  texts: [...findEntryTexts, ...backupColumnTexts, ...partLineTexts, nothing, unproved],
  run: async (context, args) => {
    const { output } = context
    const { system, store } = await context.open()
    const all = await store.backups.list(system.name, stringOf(args, 'entry'))
    const [named] = args.positionals
    const shown =
      named === undefined
        ? all.filter(({ removedAt }) => removedAt === undefined || isSet(args, 'removed'))
        : [namedIn(all, named)]
    if (output.settings.isJson) {
      output.json({ backups: shown.map((record) => backupJson(record, output.text)) })
      return 0
    }
    if (shown.length === 0) {
      output.line(output.text(nothing({})))
      return 0
    }
    for (const line of columnTable(shown, backupColumns(output, systemClock.now()), output)) output.line(line)
    if (named !== undefined) for (const line of shown.flatMap((one) => partLines(one, output))) output.line(line)
    if (shown.every(({ provedAt }) => provedAt === undefined)) output.line(`\n${output.text(unproved({}))}`)
    return 0
  },
}

/** By its id, or the beginning of one when that is enough. Throws `unknown-backup`. */
function namedIn(all: readonly BackupRecord[], wanted: string): BackupRecord {
  const fitting = wanted === 'latest' ? all.filter(isThere).slice(0, 1) : all.filter(({ id }) => id.startsWith(wanted))
  const found = fitting.length === 1 ? fitting[0] : fitting.find(({ id }) => id === wanted)
  if (found !== undefined) return found
  throw new VigieError('unknown-backup', unknownBackup({ id: wanted }), { hint: unknownBackupHint({}) })
}

function isThere({ status, removedAt }: BackupRecord): boolean {
  return removedAt === undefined && (status === 'succeeded' || status === 'partial')
}
