import { userInfo } from 'node:os'
import { VigieError } from '../../../core/errors.ts'
import { message } from '../../../core/message.ts'
import type { FindingRow } from '../../../store/finding-store.ts'
import { type Command, stringOf } from '../../command.ts'
import { decideFinding } from '../../decide-finding.ts'
import { findFinding, timeZoneOf } from '../../find-finding.ts'
import { dayOf, textOf } from '../../read-options.ts'
import { findingJson } from '../../to-json.ts'

const needed = message('cli.assign-needed', {
  en: () => 'To whom? Write --owner NAME, and --due YYYY-MM-DD if there is a day.',
  fr: () => 'À qui ? Écrivez --owner NOM, et --due AAAA-MM-JJ s’il y a une échéance.',
})
const assigned = message<{ owner: string; title: string }>('cli.assigned', {
  en: (p) => `${p.owner} has: ${p.title}`,
  fr: (p) => `${p.owner} est responsable de : ${p.title}`,
})
const findingsAssignTexts = [needed, assigned]

export const findingsAssignCommand: Command = {
  texts: findingsAssignTexts,
  run: async ({ output, open }, args) => {
    const vigie = await open()
    const owner = textOf(args, 'owner')
    if (!owner) throw new VigieError('usage', needed({}))
    const due = stringOf(args, 'due')
    const row = await findFinding(vigie, args.positionals[0] ?? '')
    const dueAt = dayOf(args, 'due', timeZoneOf(vigie, row.system))
    const actor = textOf(args, 'by') ?? userInfo().username
    const detail = { owner, due: due ?? null }
    const change = (): Partial<FindingRow> => ({ owner, ...(dueAt !== undefined && { dueAt }) })
    const next = await decideFinding(vigie, row, { event: 'assigned', actor, detail, change })
    if (output.settings.isJson) output.json({ finding: findingJson(next, output.text), events: [] })
    else output.line(output.text(assigned({ owner, title: output.text(row.title) })))
    return 0
  },
}
