import { userInfo } from 'node:os'
import { VigieError } from '../../../core/errors.ts'
import { message } from '../../../core/message.ts'
import type { FindingRow } from '../../../store/finding-store.ts'
import { type Command, stringOf } from '../../command.ts'
import { decideFinding } from '../../decide-finding.ts'
import { findFinding, timeZoneOf } from '../../find-finding.ts'
import { dayOf, textOf } from '../../read-options.ts'
import { findingJson } from '../../to-json.ts'

const needed = message('cli.accept-needed', {
  en: () => 'Until when, and why? Write --until YYYY-MM-DD and --reason TEXT.',
  fr: () => "Jusqu'à quand, et pourquoi ? Écrivez --until AAAA-MM-JJ et --reason TEXTE.",
})
const badDate = message<{ until: string; days: number }>('cli.accept-bad-date', {
  en: (p) => `"${p.until}" is not a day from tomorrow to ${p.days} days ahead.`,
  fr: (p) => `« ${p.until} » n'est pas un jour entre demain et dans ${p.days} jours.`,
})
const notOpen = message('cli.accept-not-open', {
  en: () => 'This finding is fixed: there is nothing to accept.',
  fr: () => "Ce constat est corrigé : il n'y a rien à accepter.",
})
const accepted = message<{ title: string; until: string }>('cli.accepted', {
  en: (p, f) => `Accepted until ${f.date(p.until)}: ${p.title}`,
  fr: (p, f) => `Accepté jusqu'au ${f.date(p.until)} : ${p.title}`,
})
const findingsAcceptTexts = [needed, badDate, notOpen, accepted]

/** An acceptance is a loan: after this many days the finding is back. */
const longestDays = 90
const dayMs = 86_400_000

export const findingsAcceptCommand: Command = {
  texts: findingsAcceptTexts,
  run: async ({ output, open }, args) => {
    const vigie = await open()
    const until = stringOf(args, 'until')
    const reason = textOf(args, 'reason')
    if (until === undefined || !reason) throw new VigieError('usage', needed({}))
    const row = await findFinding(vigie, args.positionals[0] ?? '')
    const now = vigie.engine.world.clock.now()
    const end = dayOf(args, 'until', timeZoneOf(vigie, row.system))
    if (end === undefined || end <= now || end.getTime() > now.getTime() + (longestDays + 1) * dayMs) {
      throw new VigieError('usage', badDate({ until, days: longestDays }))
    }
    const actor = textOf(args, 'by') ?? userInfo().username
    const change = ({ state }: FindingRow): Partial<FindingRow> => {
      if (state === 'fixed') throw new VigieError('usage', notOpen({}))
      return { state: 'accepted', acceptedUntil: end, acceptedBy: actor, acceptedReason: reason }
    }
    const next = await decideFinding(vigie, row, { event: 'accepted', actor, detail: { until, reason }, change })
    if (output.settings.isJson) output.json({ finding: findingJson(next, output.text), events: [] })
    else output.line(output.text(accepted({ title: output.text(row.title), until: end.toISOString() })))
    return 0
  },
}
