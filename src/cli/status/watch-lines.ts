import { message } from '../../core/message.ts'
import { severities } from '../../core/words.ts'
import type { WatchedComponent, WatchState } from '../../watch/watch-state.ts'
import type { Output } from '../output.ts'
import { table } from '../table.ts'

const watchingText = message<{ startedAt: string }>('cli.watch-watching', {
  en: (p, f) => `Watched since ${f.dateTime(p.startedAt)}`,
  fr: (p, f) => `Surveillé depuis ${f.dateTime(p.startedAt)}`,
})
const silentText = message<{ seenAt: string; forMs: number; host: string }>('cli.watch-silent', {
  en: (p, f) =>
    `NOBODY WATCHES: the watch on ${p.host} gave its last sign of life ${f.dateTime(p.seenAt)} (${f.duration(p.forMs)} ago). Start it: vigie up`,
  fr: (p, f) =>
    `PERSONNE NE VEILLE : la veille sur ${p.host} a donné son dernier signe de vie ${f.dateTime(p.seenAt)} (il y a ${f.duration(p.forMs)}). Lancez la veille : vigie up`,
})
const stoppedText = message<{ seenAt: string; forMs: number }>('cli.watch-stopped', {
  en: (p, f) => `Nobody watches: stopped ${f.dateTime(p.seenAt)} (${f.duration(p.forMs)} ago). Start it: vigie up`,
  fr: (p, f) =>
    `Personne ne veille : veille arrêtée ${f.dateTime(p.seenAt)} (il y a ${f.duration(p.forMs)}). Lancez la veille : vigie up`,
})
const neverText = message('cli.watch-never', {
  en: () => 'Nobody watches, and nobody ever did. Start it: vigie up',
  fr: () => "Personne ne veille, et personne ne l'a jamais fait. Lancez la veille : vigie up",
})
const stateText = message<{ state: string }>('cli.watch-component', {
  en: (p) => words.en[p.state as WatchedComponent['state']],
  fr: (p) => words.fr[p.state as WatchedComponent['state']],
})
const checksText = message<{ count: number }>('cli.watch-checks', {
  en: (p, f) => f.plural(p.count, { one: '1 check', other: `${p.count} checks` }),
  fr: (p, f) => f.plural(p.count, { one: '1 contrôle', other: `${p.count} contrôles` }),
})
const ageText = message<{ newestMs: number; oldestMs: number; isOne: boolean }>('cli.watch-age', {
  en: (p, f) =>
    p.isOne ? `${f.duration(p.newestMs)} ago` : `${f.duration(p.newestMs)} to ${f.duration(p.oldestMs)} ago`,
  fr: (p, f) =>
    p.isOne ? `il y a ${f.duration(p.newestMs)}` : `il y a ${f.duration(p.newestMs)} à ${f.duration(p.oldestMs)}`,
})
const noLookText = message('cli.watch-no-look', { en: () => 'never looked at', fr: () => 'jamais contrôlé' })
const alertsText = message<{ count: number; worst: string }>('cli.watch-alerts', {
  en: (p, f) => `${f.plural(p.count, { one: '1 alert', other: `${p.count} alerts` })} (${p.worst}): vigie alerts list`,
  fr: (p, f) =>
    `${f.plural(p.count, { one: '1 alerte', other: `${p.count} alertes` })} (${french[p.worst] ?? p.worst}) : vigie alerts list`,
})
const countText = message<{ count: number }>('cli.watch-component-alerts', {
  en: (p, f) => f.plural(p.count, { one: '1 alert', other: `${p.count} alerts` }),
  fr: (p, f) => f.plural(p.count, { one: '1 alerte', other: `${p.count} alertes` }),
})
export const watchLineTexts = [
  ...[watchingText, silentText, stoppedText, neverText],
  ...[stateText, checksText, ageText, noLookText, alertsText, countText],
]

const words: Readonly<Record<'en' | 'fr', Readonly<Record<WatchedComponent['state'], string>>>> = {
  en: { well: 'well', warns: 'warns', fails: 'fails', unknown: 'not known' },
  fr: { well: 'va bien', warns: 'avertit', fails: 'en échec', unknown: 'indéterminé' },
}
const french: Readonly<Record<string, string>> = {
  low: 'faible',
  medium: 'moyenne',
  high: 'élevée',
  critical: 'critique',
}

/** What the watch of one system saw last, a line each component, with how long ago; what is not well says why. */
export function watchLines({ text, settings }: Output, watch: WatchState, now: Date): readonly string[] {
  const ago = (at: Date): number => Math.max(0, now.getTime() - at.getTime())
  const rows = watch.components.map(({ name, state, checks, oldestAt, newestAt, alerts }) => {
    const age =
      oldestAt === undefined || newestAt === undefined
        ? text(noLookText({}))
        : text(ageText({ newestMs: ago(newestAt), oldestMs: ago(oldestAt), isOne: checks === 1 }))
    const why = watch.looks.find(({ component, status }) => component === name && status === 'fail')?.reason
    return [
      `  ${text(stateText({ state }))}`,
      name,
      text(checksText({ count: checks })),
      age,
      alerts === 0 ? '' : text(countText({ count: alerts })),
      why === undefined ? '' : text(why),
    ]
  })
  const worst = severities.findLast((severity) => watch.alerts.some((alert) => alert.severity === severity))
  return [
    text(headline(watch, ago)),
    ...table(rows, settings.width),
    ...(worst === undefined ? [] : [`  ${text(alertsText({ count: watch.alerts.length, worst }))}`]),
  ]
}

function headline({ state, seenAt, startedAt, host }: WatchState, ago: (at: Date) => number) {
  if (seenAt === undefined || startedAt === undefined || state === 'never') return neverText({})
  if (state === 'watching') return watchingText({ startedAt: startedAt.toISOString() })
  const seen = { seenAt: seenAt.toISOString(), forMs: ago(seenAt) }
  return state === 'stopped' ? stoppedText(seen) : silentText({ ...seen, host: host ?? '?' })
}
