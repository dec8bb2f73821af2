import { acknowledgeAlert } from '../../../api/acknowledge-alert.ts'
import type { Alert } from '../../../core/alert.ts'
import { VigieError } from '../../../core/errors.ts'
import { message } from '../../../core/message.ts'
import { watchTexts } from '../../../watch/texts.ts'
import type { Vigie } from '../../../wire.ts'
import { alertJson } from '../../alerts/alert-json.ts'
import { openAlerts, presentSilences } from '../../alerts/open-alerts.ts'
import { alertsListHint, alertTexts, unknownAlert } from '../../alerts/texts.ts'
import { type Command, stringOf } from '../../command.ts'

const whoNeeded = message('cli.ack-who', {
  en: () => 'Who takes it? Write --by NAME.',
  fr: () => "Qui s'en charge ? Écrivez --by NOM.",
})
const ambiguousAlert = message<{ id: string; count: number }>('cli.ack-ambiguous', {
  en: (p) => `${p.id} is the beginning of ${p.count} alerts: write more of it.`,
  fr: (p) => `${p.id} commence les numéros de ${p.count} alertes : écrivez-en davantage.`,
})
const over = message<{ at: string; title: string }>('cli.ack-over', {
  en: (p, f) => `It is over since ${f.dateTime(p.at)}, nothing is left to take: ${p.title}`,
  fr: (p, f) => `Elle est terminée depuis ${f.dateTime(p.at)}, il n'y a plus rien à prendre : ${p.title}`,
})
const takenBefore = message<{ by: string; at: string; title: string }>('cli.ack-taken-before', {
  en: (p, f) => `${p.by} has it since ${f.dateTime(p.at)}: ${p.title}`,
  fr: (p, f) => `${p.by} l'a prise en charge, ${f.dateTime(p.at)} : ${p.title}`,
})
const taken = message<{ by: string; title: string }>('cli.ack-taken', {
  en: (p) => `${p.by} has it: ${p.title}`,
  fr: (p) => `${p.by} s'en charge : ${p.title}`,
})

/** Takes an alert for somebody. Taken by the same person before is well; by another one is exit 4 and names who has it. */
export const alertsAckCommand: Command = {
  texts: [whoNeeded, ambiguousAlert, over, takenBefore, taken, ...alertTexts, ...watchTexts],
  run: async ({ output, open }, args) => {
    const by = stringOf(args, 'by')?.trim()
    if (!by) throw new VigieError('usage', whoNeeded({}))
    const vigie = await open()
    const { id } = await findAlert(vigie, args.positionals[0] ?? '')
    const isTaken = await acknowledgeAlert(vigie.store, vigie.engine.world.clock, id, by)
    const alert = await vigie.store.alerts.get(id)
    if (alert === undefined) throw unknown(id)
    const title = output.text(alert.title)
    if (!isTaken && alert.acknowledgedBy !== by) {
      const { resolvedAt, acknowledgedAt, acknowledgedBy } = alert
      if (acknowledgedAt !== undefined && acknowledgedBy !== undefined && resolvedAt === undefined) {
        const text = takenBefore({ by: acknowledgedBy, at: acknowledgedAt.toISOString(), title })
        throw new VigieError('locked', text)
      }
      throw new VigieError('usage', over({ at: (resolvedAt ?? alert.startedAt).toISOString(), title }))
    }
    if (output.settings.isJson) output.json({ alert: alertJson(alert, await presentSilences(vigie), output.text) })
    else output.line(output.text(taken({ by, title })))
    return 0
  },
}

/** By its id, whatever its state, or by the beginning of that among those that are open. */
async function findAlert(vigie: Vigie, id: string): Promise<Alert> {
  const exact = await vigie.store.alerts.get(id)
  if (exact !== undefined && vigie.systems.some(({ name }) => name === exact.system)) return exact
  const near = id === '' ? [] : (await openAlerts(vigie)).filter((alert) => alert.id.startsWith(id))
  const [only, ...others] = near
  if (only === undefined) throw unknown(id)
  if (others.length > 0) {
    throw new VigieError('usage', ambiguousAlert({ id, count: near.length }), { hint: alertsListHint({}) })
  }
  return only
}

function unknown(id: string): VigieError {
  return new VigieError('unknown-alert', unknownAlert({ id }), { hint: alertsListHint({}) })
}
