import type { AlertRule } from '../alerts/alert-rule.ts'
import { burnWindows } from '../alerts/conditions/burn-subjects.ts'
import type { Burn, Comparison, Condition, Pair, Selector, Value } from '../alerts/expression/ast.ts'
import { printDuration } from '../alerts/expression/print-rule.ts'
import { baseValue, familyOf } from '../alerts/expression/units.ts'
import { fixedLabels } from '../alerts/series/matches.ts'
import type { System } from '../config/system.ts'
import type { Text } from '../core/message.ts'
import { type Counterpart, counterpartOf } from './counterpart.ts'
import { promSelector, promString } from './promql.ts'
import { requestsName } from './series/request-counters.ts'

export type Translation = { readonly expr: string } | { readonly reason: Text }

const windowFunctions = {
  avg: 'avg_over_time',
  max: 'max_over_time',
  min: 'min_over_time',
  slope: 'deriv',
  increase: 'increase',
  rate: 'rate',
} as const

/** The condition of a rule in PromQL, over the series of one system; or why Prometheus cannot evaluate it. */
export function translateRule(rule: AlertRule, system: System): Translation {
  const names = [...new Set(selectorsOf(rule.rule.condition).map(({ name }) => name))]
  const counterparts = new Map(names.map((name) => [name, counterpartOf(name, system)]))
  for (const one of counterparts.values()) if ('reason' in one) return one
  return { expr: conditionExpr(rule, { system: system.name, counterparts }) }
}

interface Scope {
  readonly system: string
  readonly counterparts: ReadonlyMap<string, Counterpart>
}

function conditionExpr(rule: AlertRule, scope: Scope): string {
  const { condition } = rule.rule
  switch (condition.type) {
    case 'comparison':
      return comparisonExpr(condition, scope, `ignoring (alertname, alertstate, severity) ${firing(rule)}`)
    case 'and':
    case 'or':
      return pairExpr(condition, scope, `on (system, component) ${firing(rule)}`)
    case 'absent': {
      const series = selectorExpr(condition.selector, scope)
      return `(present_over_time(${series}[1d]) unless ${series}) or absent_over_time(${series}[1d])`
    }
    case 'burn':
      return burnExpr(condition, rule, scope)
  }
}

/** Hysteresis: what fires already goes on until it is clear. */
function firing({ id, severity }: AlertRule): string {
  return `ALERTS{alertname=${promString(id)},alertstate="firing",severity=${promString(severity)}}`
}

function comparisonExpr(comparison: Comparison, scope: Scope, already: string): string {
  const { value, operator, limit, clearAt, minSamples } = comparison
  const family = familyOf(value)
  const left = valueExpr(value, scope)
  const beyond = `${left} ${operator} ${numberText(baseValue(limit, family))}`
  const enough = minSamples === undefined ? beyond : `${beyond} and ${samplesExpr(value, scope)} >= ${minSamples}`
  if (clearAt === undefined) return enough
  return `(${enough}) or (${left} ${operator} ${numberText(baseValue(clearAt, family))} and ${already})`
}

function pairExpr({ type, left, right }: Pair, scope: Scope, already: string): string {
  const [one, other] = [left, right].map((side) => `(${comparisonExpr(side, scope, already)})`)
  return `${one} ${type} ${matching(left.value, right.value, scope)}${other}`
}

/** The labels that both sides have, but those that a selector fixes. */
function matching(left: Value, right: Value, scope: Scope): string {
  const [one, other] = [left, right].map((value) => labelsOf(value, scope))
  if (one !== undefined && other !== undefined) {
    const fixed = [left, right].flatMap((value) =>
      valueSelectors(value).flatMap((selector) => Object.keys(fixedLabels(selector))),
    )
    const shared = one.filter((label) => other.includes(label) && !fixed.includes(label))
    return `on (${['system', 'component', ...shared].join(', ')}) `
  }
  const [a, b] = [left, right].map((value) => valueSelectors(value)[0]?.name)
  return a === b ? '' : 'on (system, component) '
}

function labelsOf(value: Value, { counterparts }: Scope): readonly string[] | undefined {
  if (value.type === 'ratio') return value.by === undefined ? [] : [value.by]
  const found = counterparts.get(value.selector.name)
  return found === undefined || 'reason' in found ? undefined : found.labels
}

function valueExpr(value: Value, scope: Scope): string {
  switch (value.type) {
    case 'series':
      return summed(value.selector, scope, selectorExpr(value.selector, scope))
    case 'age':
      return `(time() - ${summed(value.selector, scope, selectorExpr(value.selector, scope))})`
    case 'window':
      return windowExpr(value, scope)
    case 'ratio':
      return `(${shareExpr(value.part, value.whole, value.by, value.windowMs, scope)})`
  }
}

function windowExpr({ function: name, selector, windowMs }: Extract<Value, { type: 'window' }>, scope: Scope): string {
  const series = selectorExpr(selector, scope)
  const [called, window] = [windowFunctions[name], printDuration(windowMs)]
  // Restarts are told from each counter, before they are summed.
  if (name === 'increase' || name === 'rate') return summed(selector, scope, `${called}(${series}[${window}])`)
  const sum = summed(selector, scope, series)
  return sum === series ? `${called}(${series}[${window}])` : `${called}(${sum}[${window}:])`
}

/** What Vigie counts as one and Prometheus as several. */
function summed({ name }: Selector, { counterparts }: Scope, expr: string): string {
  const found = counterparts.get(name)
  if (found === undefined || 'reason' in found || found.counted === undefined) return expr
  return `sum by (${['system', 'component', ...(found.labels ?? [])].join(', ')}) (${expr})`
}

function samplesExpr(value: Value, scope: Scope): string {
  if (value.type === 'ratio') return countedExpr(value.whole, value.by, value.windowMs, scope)
  if (value.type !== 'window') return valueExpr(value, scope)
  const count = `count_over_time(${selectorExpr(value.selector, scope)}[${printDuration(value.windowMs)}])`
  const sum = summed(value.selector, scope, count)
  return sum === count ? count : sum.replace(/^sum/, 'max')
}

/** What has no part yet counted none of it; a whole that counted nothing tells nothing. */
function shareExpr(part: Selector, whole: Selector, by: string | undefined, windowMs: number, scope: Scope): string {
  const all = countedExpr(whole, by, windowMs, scope)
  return `(${countedExpr(part, by, windowMs, scope)} or ${all} * 0) / (${all} > 0)`
}

function countedExpr(selector: Selector, by: string | undefined, windowMs: number, scope: Scope): string {
  const labels = ['system', 'component', ...(by === undefined ? [] : [by])].join(', ')
  return `sum by (${labels}) (increase(${selectorExpr(selector, scope)}[${printDuration(windowMs)}]))`
}

function burnExpr({ slo, bad, total, by }: Burn, { pace = 'fast' }: AlertRule, scope: Scope): string {
  const { factor, longMs, shortMs } = burnWindows[pace]
  // Rounded as people write it: 1 - 0.999 is 0.001, not 0.001 and a bit.
  const budget = numberText(Number((1 - baseValue(slo, 'ratio')).toPrecision(12)))
  const beyond = (windowMs: number): string => `(${shareExpr(bad, total, by, windowMs, scope)}) / ${budget} > ${factor}`
  return `(${beyond(longMs)}) and (${beyond(shortMs)})`
}

function selectorExpr(selector: Selector, { system, counterparts }: Scope): string {
  const found = counterparts.get(selector.name)
  if (found === undefined || 'reason' in found) return promSelector(selector, system)
  const own = found.isOfSystem ? system : undefined
  if (found.counted === undefined) return promSelector(selector, own)
  return promSelector({ ...selector, name: requestsName }, own, [found.counted])
}

function selectorsOf(condition: Condition): readonly Selector[] {
  switch (condition.type) {
    case 'absent':
      return [condition.selector]
    case 'burn':
      return [condition.bad, condition.total]
    case 'comparison':
      return valueSelectors(condition.value)
    case 'and':
    case 'or':
      return [...valueSelectors(condition.left.value), ...valueSelectors(condition.right.value)]
  }
}

function valueSelectors(value: Value): readonly Selector[] {
  return value.type === 'ratio' ? [value.whole, value.part] : [value.selector]
}

function numberText(value: number): string {
  return String(value)
}
