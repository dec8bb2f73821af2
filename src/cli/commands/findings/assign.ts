import { userInfo } from 'node:os'
import { VigieError } from '../../../core/errors.ts'
import { message } from '../../../core/message.ts'
import { endOfDay } from '../../../core/zoned.ts'
import { type Command, stringOf } from '../../command.ts'
import { decideFinding } from '../../decide-finding.ts'
import { findFinding, timeZoneOf } from '../../find-finding.ts'
import { findingJson } from '../../to-json.ts'

const needed = message('cli.assign-needed', {
  en: () => 'To whom? Write --owner NAME, and --due YYYY-MM-DD if there is a day.',
  fr: () => 'À qui ? Écrivez --owner NOM, et --due AAAA-MM-JJ s’il y a une échéance.',
})
const badDay = message<{ due: string }>('cli.assign-bad-day', {
  en: (p) => `"${p.due}" is not a day: write YYYY-MM-DD.`,
  fr: (p) => `« ${p.due} » n'est pas un jour : écrivez AAAA-MM-JJ.`,
})
const assigned = message<{ owner: string; title: string }>('cli.assigned', {
  en: (p) => `${p.owner} has: ${p.title}`,
  fr: (p) => `${p.owner} est responsable de : ${p.title}`,
})
const findingsAssignTexts = [needed, badDay, assigned]

export const findingsAssignCommand: Command = {
  texts: findingsAssignTexts,
  run: async ({ output, open }, args) => {
    const vigie = await open()
    const owner = stringOf(args, 'owner')?.trim()
    if (!owner) throw new VigieError('usage', needed({}))
    const due = stringOf(args, 'due')
    const row = await findFinding(vigie, args.positionals[0] ?? '')
    const dueAt = due === undefined ? row.dueAt : endOfDay(due, timeZoneOf(vigie, row.system))
    if (due !== undefined && dueAt === undefined) throw new VigieError('usage', badDay({ due }))
    const actor = stringOf(args, 'by') ?? userInfo().username
    const detail = { owner, due: due ?? null }
    const next = await decideFinding(vigie, row, { event: 'assigned', actor, detail, change: { owner, dueAt } })
    if (output.settings.isJson) output.json({ finding: findingJson(next, output.text), events: [] })
    else output.line(output.text(assigned({ owner, title: output.text(row.title) })))
    return 0
  },
}
