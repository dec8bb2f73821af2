import { userInfo } from 'node:os'
import { VigieError } from '../../../core/errors.ts'
import { message } from '../../../core/message.ts'
import { type Command, stringOf } from '../../command.ts'
import { findFinding } from '../../find-finding.ts'
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
    const owner = stringOf(args, 'owner')?.trim()
    if (!owner) throw new VigieError('usage', needed({}))
    const due = stringOf(args, 'due')
    const dueAt = due === undefined ? undefined : new Date(`${due}T23:59:59.999Z`)
    if (due !== undefined && (!/^\d{4}-\d{2}-\d{2}$/.test(due) || Number.isNaN(dueAt?.getTime()))) {
      throw new VigieError('usage', badDay({ due }))
    }
    const vigie = await open()
    const row = await findFinding(vigie, args.positionals[0] ?? '')
    const now = vigie.engine.world.clock.now()
    const actor = stringOf(args, 'by') ?? userInfo().username
    const next = { ...row, owner, dueAt: dueAt ?? row.dueAt }
    const { system, fingerprint } = row
    const detail = { owner, due: due ?? null }
    await vigie.store.findings.apply(
      [next],
      [{ system, fingerprint, at: now, event: 'assigned', runId: undefined, actor, detail }],
    )
    await vigie.store.audit.append({
      at: now,
      actor,
      event: 'finding.assigned',
      subject: { system, fingerprint, ...detail },
    })
    if (output.settings.isJson) output.json({ finding: findingJson(next, output.text), events: [] })
    else output.line(output.text(assigned({ owner, title: output.text(row.title) })))
    return 0
  },
}
