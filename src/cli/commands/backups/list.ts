import { systemClock } from '../../../core/clock.ts'
import { message } from '../../../core/message.ts'
import { backupJson } from '../../backups/backup-json.ts'
import { backupColumns, backupColumnTexts } from '../../backups/columns.ts'
import { findEntryTexts } from '../../backups/find-entry.ts'
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

/** The backups that this Vigie has made and that are still there, the newest first. */
export const backupsListCommand: Command = {
  texts: [...findEntryTexts, ...backupColumnTexts, nothing, unproved],
  run: async (context, args) => {
    const { output } = context
    const { system, store } = await context.open()
    const all = await store.backups.list(system.name, stringOf(args, 'entry'))
    const shown = all.filter(({ removedAt }) => removedAt === undefined || isSet(args, 'removed'))
    if (output.settings.isJson) {
      output.json({ backups: shown.map(backupJson) })
      return 0
    }
    if (shown.length === 0) {
      output.line(output.text(nothing({})))
      return 0
    }
    for (const line of columnTable(shown, backupColumns(output, systemClock.now()), output)) output.line(line)
    if (shown.every(({ provedAt }) => provedAt === undefined)) output.line(`\n${output.text(unproved({}))}`)
    return 0
  },
}
