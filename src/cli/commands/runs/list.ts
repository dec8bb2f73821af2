import { message } from '../../../core/message.ts'
import type { Command } from '../../command.ts'
import { table } from '../../table.ts'
import { runStatusWord } from '../../texts.ts'
import { runJson } from '../../to-json.ts'

const none = message('cli.no-runs', {
  en: () => 'No routine has run yet. Try `vigie run daily --dry-run`.',
  fr: () => 'Aucune routine exécutée. Essayez `vigie run daily --dry-run`.',
})
const runsListTexts = [none]

const limit = 50

export const runsListCommand: Command = {
  texts: runsListTexts,
  showsStoredTexts: false,
  run: async ({ output, open }) => {
    const { store, systems } = await open()
    const found = await Promise.all(systems.map(({ name }) => store.runs.list({ system: name, limit })))
    const runs = found
      .flat()
      .sort((a, b) => b.startedAt.getTime() - a.startedAt.getTime())
      .slice(0, limit)
    if (output.settings.isJson) output.json({ runs: runs.map(runJson) })
    else if (runs.length === 0) output.line(output.text(none({})))
    else {
      const rows = runs.map((run) => [
        run.id,
        run.system,
        run.routine,
        output.text(runStatusWord({ status: run.status })),
        output.format.dateTime(run.startedAt.toISOString()),
        run.durationMs === undefined ? '–' : output.format.duration(run.durationMs),
        run.startedBy,
      ])
      for (const line of table(rows, output.settings.width)) output.line(line)
    }
    return 0
  },
}
