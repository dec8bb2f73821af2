import type { AlertState } from '../core/alert.ts'
import { message, type Text } from '../core/message.ts'
import type { Labels } from '../core/series.ts'
import type { AlertRule } from './alert-rule.ts'
import { burnWindows } from './conditions/burn-subjects.ts'
import type { Comparison, Condition, Selector } from './expression/ast.ts'
import { printSelector, printValue } from './expression/print-rule.ts'
import { baseValue, familyOf } from './expression/units.ts'
import { fixedLabels } from './series/matches.ts'
import { figure, limitText, placeIn, type TitleParams } from './title-words.ts'

export const beyondLimit = message<TitleParams>('alerts.beyond-limit', {
  en: (p, f) => `${placeIn(p)}: ${p.what} is ${figure(p.value, p.family, f)}, ${limitText(p, f)}`,
  fr: (p, f) => `${placeIn(p)} : ${p.what} vaut ${figure(p.value, p.family, f)}, ${limitText(p, f)}`,
})
export const burning = message<{
  place: string
  bad: string
  total: string
  times: number
  slo: number
  longMs: number
}>('alerts.burning', {
  en: (p, f) =>
    `${p.place}: the error budget of ${f.percent(p.slo, 3)} is spent ${f.number(p.times)} times too fast over ${f.duration(p.longMs)} (${p.bad} of ${p.total})`,
  fr: (p, f) =>
    `${p.place} : le budget d'erreurs de ${f.percent(p.slo, 3)} se consomme ${f.number(p.times)} fois trop vite sur ${f.duration(p.longMs)} (${p.bad} sur ${p.total})`,
})
export const silent = message<{ place: string; series: string; silentMs: number }>('alerts.silent', {
  en: (p, f) => `${p.place === '' ? '' : `${p.place}: `}nothing was heard of ${p.series} for ${f.duration(p.silentMs)}`,
  fr: (p, f) =>
    `${p.place === '' ? '' : `${p.place} : `}aucune nouvelle de ${p.series} depuis ${f.duration(p.silentMs)}`,
})
export const noData = message<{ component: string; series: string; since: string; missing: number; all: number }>(
  'alerts.no-data',
  {
    en: (p, f) =>
      `${p.component}: no data of ${p.series} since ${f.dateTime(p.since)}${p.all > 1 ? ` (${p.missing} of ${p.all} series)` : ''}: its rules cannot tell`,
    fr: (p, f) =>
      `${p.component} : plus de données de ${p.series} depuis le ${f.dateTime(p.since)}${p.all > 1 ? ` (${p.missing} séries sur ${p.all})` : ''} : ses règles sont aveugles`,
  },
)
export const neverSeen = message<{ rule: string; series: string; since: string }>('alerts.never-seen', {
  en: (p, f) => `no data of ${p.series} has come since ${f.dateTime(p.since)}: the rule "${p.rule}" cannot tell`,
  fr: (p, f) => `aucune donnée de ${p.series} depuis le ${f.dateTime(p.since)} : la règle « ${p.rule} » est aveugle`,
})
export const noDataRemedy = message<{ component: string }>('alerts.no-data-remedy', {
  en: (p) =>
    `Look why its checks and collectors give nothing: vigie status${p.component === '' ? '' : `, then vigie run ${p.component}`}`,
  fr: (p) =>
    `Cherchez pourquoi ses contrôles et collecteurs ne donnent rien : vigie status${p.component === '' ? '' : `, puis vigie run ${p.component}`}`,
})
export const neverSeenRemedy = message('alerts.never-seen-remedy', {
  en: () => 'Compare its name and labels with those that are measured: vigie metrics query',
  fr: () => 'Comparez son nom et ses étiquettes avec ce qui est mesuré : vigie metrics query',
})
export const titleMessages = [beyondLimit, burning, silent, noData, neverSeen, noDataRemedy, neverSeenRemedy]

/** What an alert of a rule says now: one that is pending has not yet held for its time. */
export function titleOf(rule: AlertRule, labels: Labels, value: number, state: AlertState = 'firing'): Text {
  const { condition } = rule.rule
  const forMs = state === 'pending' ? 0 : rule.rule.forMs
  const component = labels['component'] ?? ''
  const subject = subjectOf(labels, selectorOf(condition))
  const place = [component, subject].filter((part) => part !== '').join(' ')
  if (condition.type === 'absent') {
    return silent({ place, series: printSelector(condition.selector), silentMs: value * 1000 })
  }
  if (condition.type === 'burn') {
    const { slo, bad, total } = condition
    const { longMs } = burnWindows[rule.pace ?? 'fast']
    const [badText, totalText] = [printSelector(bad), printSelector(total)]
    return burning({ place, bad: badText, total: totalText, times: value, slo: baseValue(slo, 'ratio'), longMs })
  }
  const shown: Comparison = condition.type === 'comparison' ? condition : condition.left
  const family = familyOf(shown.value)
  return (rule.title ?? beyondLimit)({
    component,
    subject,
    what: printValue(shown.value),
    value,
    operator: shown.operator,
    limit: baseValue(shown.limit, family),
    family,
    forMs,
  })
}

/** The labels that are left once the component is named and the rule has said its own, the values alone. */
function subjectOf(labels: Labels, selector: Selector): string {
  const said = ['component', 'system', ...Object.keys(fixedLabels(selector))]
  const left = Object.keys(labels).filter((label) => !said.includes(label))
  return left
    .toSorted()
    .map((label) => labels[label])
    .join(' ')
}

/** The series whose labels an alert has. */
function selectorOf(condition: Condition): Selector {
  if (condition.type === 'absent') return condition.selector
  if (condition.type === 'burn') return condition.total
  const { value } = condition.type === 'comparison' ? condition : condition.left
  return value.type === 'ratio' ? value.whole : value.selector
}
