import { type Alert, alertStates } from '../../../core/alert.ts'
import { VigieError } from '../../../core/errors.ts'
import { message } from '../../../core/message.ts'
import { placedTitle } from '../../../core/placed-title.ts'
import { severities } from '../../../core/words.ts'
import type { SilenceRow } from '../../../store/watch-store.ts'
import { watchTexts } from '../../../watch/texts.ts'
import type { Vigie } from '../../../wire.ts'
import { alertJson, silenceJson, windowJson } from '../../alerts/alert-json.ts'
import { openAlerts, presentSilences, presentWindows, quietOf, worstFirst } from '../../alerts/open-alerts.ts'
import { silenceText } from '../../alerts/silence-text.ts'
import { alertTexts, windowLine } from '../../alerts/texts.ts'
import { type Arguments, type Command, stringOf } from '../../command.ts'
import { type Output, wrap } from '../../output.ts'
import { notOneOf } from '../../texts.ts'

const quiet = message('cli.no-alerts', {
  en: () => 'No alert fires. Whether anybody looks: vigie status',
  fr: () => "Aucune alerte n'est active. Quelqu'un regarde-t-il ? vigie status",
})
const none = message<{ state: string }>('cli.no-such-alerts', {
  en: (p) => `No alert is ${p.state}.`,
  fr: (p) => `Aucune alerte ${stateIn.fr[p.state] ?? p.state}.`,
})
const badLimit = message<{ limit: string }>('cli.alerts-bad-limit', {
  en: (p) => `--limit "${p.limit}" is no number from 1 to 10000.`,
  fr: (p) => `--limit « ${p.limit} » n'est pas un nombre de 1 à 10000.`,
})
const sinceText = message<{ state: string; at: string; forMs: number }>('cli.alert-since', {
  en: (p, f) => `${stateIn.en[p.state] ?? p.state} since ${f.dateTime(p.at)} (${f.duration(p.forMs)})`,
  fr: (p, f) => `${stateIn.fr[p.state] ?? p.state} depuis ${f.dateTime(p.at)} (${f.duration(p.forMs)})`,
})
const overText = message<{ at: string; forMs: number }>('cli.alert-over', {
  en: (p, f) => `resolved ${f.dateTime(p.at)}, after ${f.duration(p.forMs)}`,
  fr: (p, f) => `résolue ${f.dateTime(p.at)}, après ${f.duration(p.forMs)}`,
})
const takenText = message<{ by: string; at: string }>('cli.alert-taken', {
  en: (p, f) => `taken by ${p.by}, ${f.dateTime(p.at)}`,
  fr: (p, f) => `prise en charge par ${p.by}, ${f.dateTime(p.at)}`,
})
const notTakenText = message('cli.alert-not-taken', { en: () => 'nobody has it', fr: () => "personne ne s'en charge" })
const quietText = message<{ kind: string; id: string; reason: string }>('cli.alert-quiet', {
  en: (p) => `silenced by ${kindIn.en[p.kind] ?? p.kind} ${p.id}${p.reason === '' ? '' : ` (${p.reason})`}`,
  fr: (p) => `mise en silence par ${kindIn.fr[p.kind] ?? p.kind} ${p.id}${p.reason === '' ? '' : ` (${p.reason})`}`,
})
const severityCount = message<{ severity: string; count: number }>('cli.alert-severity', {
  en: (p) => `${p.count} ${p.severity}`,
  fr: (p, f) => `${p.count} ${f.plural(p.count, french[p.severity] ?? { one: p.severity, other: p.severity })}`,
})
const french: Readonly<Record<string, { readonly one: string; readonly other: string }>> = {
  low: { one: 'faible', other: 'faibles' },
  medium: { one: 'moyenne', other: 'moyennes' },
  high: { one: 'élevée', other: 'élevées' },
  critical: { one: 'critique', other: 'critiques' },
}
const stateIn: Readonly<Record<'en' | 'fr', Readonly<Record<string, string>>>> = {
  en: { pending: 'pending', firing: 'firing', resolved: 'resolved' },
  fr: { pending: 'en attente', firing: 'active', resolved: 'résolue' },
} satisfies Readonly<Record<'en' | 'fr', Readonly<Record<Alert['state'], string>>>>
const kindIn: Readonly<Record<'en' | 'fr', Readonly<Record<string, string>>>> = {
  en: { silence: 'silence', window: 'the maintenance window', alert: 'the worse alert', run: 'the run' },
  fr: { silence: 'le silence', window: 'la fenêtre de maintenance', alert: "l'alerte plus grave", run: "l'exécution" },
}

const defaultLimit = 50
/** The newest of a system that are looked through. */
const mostOver = 10_000
const bars = { low: '▂   ', medium: '▂▄  ', high: '▂▄▆ ', critical: '▂▄▆█' } as const
const letters = { low: 'L', medium: 'M', high: 'H', critical: 'C' } as const

/** What fires, the worst first; with `--state resolved` what is over, the newest first. */
export const alertsListCommand: Command = {
  texts: [
    quiet,
    none,
    badLimit,
    sinceText,
    overText,
    takenText,
    notTakenText,
    quietText,
    severityCount,
    ...alertTexts,
    ...watchTexts,
  ],
  run: async ({ output, open }, args) => {
    const { state, limit } = asked(args)
    const vigie = await open()
    const alerts = await found(vigie, state, limit)
    const silences = await presentSilences(vigie)
    const windows = presentWindows(vigie)
    if (output.settings.isJson) {
      output.json({
        alerts: alerts.map((alert) => alertJson(alert, silences, output.text)),
        silences: silences.map(silenceJson),
        windows: windows.map(windowJson),
      })
      return 0
    }
    if (alerts.length === 0) output.line(output.text(state === undefined ? quiet({}) : none({ state })))
    const now = vigie.engine.world.clock.now()
    for (const alert of alerts) tell(output, alert, silences, now, vigie.systems.length > 1)
    const counts = severities.toReversed().flatMap((severity) => {
      const count = alerts.filter((one) => one.severity === severity).length
      return count === 0 ? [] : [output.text(severityCount({ severity, count }))]
    })
    if (counts.length > 0) output.line(`\n${counts.join('   ')}`)
    if (silences.length + windows.length > 0) output.line()
    for (const silence of silences) output.line(output.text(silenceText(silence)))
    for (const { name, system, components = [], endsAt } of windows) {
      output.line(output.text(windowLine({ name, system, components, until: endsAt.toISOString() })))
    }
    return 0
  },
}

function asked(args: Arguments): { readonly state: Alert['state'] | undefined; readonly limit: number } {
  const written = stringOf(args, 'state')
  const state = alertStates.find((one) => one === written)
  if (written !== undefined && state === undefined) {
    throw new VigieError('usage', notOneOf({ option: 'state', value: written, known: alertStates.join(', ') }))
  }
  const limit = stringOf(args, 'limit') ?? String(defaultLimit)
  if (!/^\d{1,5}$/.test(limit) || Number(limit) < 1 || Number(limit) > 10_000) {
    throw new VigieError('usage', badLimit({ limit }))
  }
  return { state, limit: Number(limit) }
}

async function found(vigie: Vigie, state: Alert['state'] | undefined, limit: number): Promise<readonly Alert[]> {
  if (state !== 'resolved') {
    const open = await openAlerts(vigie)
    return open
      .filter((alert) => state === undefined || alert.state === state)
      .toSorted(worstFirst)
      .slice(0, limit)
  }
  const over = await Promise.all(
    vigie.systems.map(({ name: system }) => vigie.store.alerts.list({ system, states: ['resolved'], limit: mostOver })),
  )
  return (
    over
      .flat()
      // What was withdrawn before its time was none.
      .filter(({ firedAt }) => firedAt !== undefined)
      .toSorted((a, b) => b.startedAt.getTime() - a.startedAt.getTime())
      .slice(0, limit)
  )
}

function tell(output: Output, alert: Alert, silences: readonly SilenceRow[], now: Date, isOneOfMany: boolean): void {
  const { id, severity, component, title, remedy, system } = alert
  const sign = output.settings.hasSigns ? `${bars[severity]} ${letters[severity]}` : letters[severity]
  const indent = ' '.repeat(sign.length + 1)
  const placed = placedTitle(component, output.text(title), output.format.locale)
  const titleText = isOneOfMany ? placedTitle(system, placed, output.format.locale) : placed
  const [first = '', ...rest] = wrap(titleText, output.settings.width, indent.length + id.length + 2)
  output.line(`${sign} ${id}  ${first}`)
  for (const line of rest) output.line(`${indent}${' '.repeat(id.length + 2)}${line}`)
  output.line(`${indent}${facts(output, alert, silences, now).join(' · ')}`)
  if (remedy !== undefined && alert.state !== 'resolved') output.line(`${indent}→ ${output.text(remedy)}`)
}

function facts(output: Output, alert: Alert, silences: readonly SilenceRow[], now: Date): readonly string[] {
  const { state, startedAt, firedAt, resolvedAt, acknowledgedAt, acknowledgedBy } = alert
  const since = firedAt ?? startedAt
  const at = since.toISOString()
  const forMs = Math.max(0, (resolvedAt ?? now).getTime() - since.getTime())
  const when =
    resolvedAt === undefined ? sinceText({ state, at, forMs }) : overText({ at: resolvedAt.toISOString(), forMs })
  const known = quietOf(alert, silences)
  const silenced = known && quietText({ kind: known.kind, id: known.id, reason: known.silence?.reason ?? '' })
  const taken =
    acknowledgedAt !== undefined
      ? takenText({ by: acknowledgedBy ?? '?', at: acknowledgedAt.toISOString() })
      : state === 'firing' && silenced === undefined
        ? notTakenText({})
        : undefined
  return [when, taken, silenced].flatMap((text) => (text === undefined ? [] : [output.text(text)]))
}
