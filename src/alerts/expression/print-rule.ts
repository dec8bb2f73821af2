import type { Absent, Burn, Comparison, Condition, Quantity, Rule, Selector, Value } from './ast.ts'

/** The one text of a rule: `parseRule` reads the same rule from it. */
export function printRule({ condition, forMs, keepMs, severity }: Rule): string {
  return [
    printCondition(condition),
    forMs > 0 && `for ${printDuration(forMs)}`,
    keepMs !== undefined && `keep ${printDuration(keepMs)}`,
    severity !== undefined && `as ${severity}`,
  ]
    .filter((part) => part !== false)
    .join(' ')
}

export function printCondition(condition: Condition): string {
  switch (condition.type) {
    case 'and':
    case 'or':
      return `${printComparison(condition.left)} ${condition.type} ${printComparison(condition.right)}`
    case 'comparison':
      return printComparison(condition)
    case 'absent':
    case 'burn':
      return printPresence(condition)
  }
}

function printPresence(condition: Absent | Burn): string {
  if (condition.type === 'absent') return `absent(${printSelector(condition.selector)})`
  const { slo, bad, total, by } = condition
  const parts = [`slo=${printQuantity(slo)}`, `bad=${printSelector(bad)}`, `total=${printSelector(total)}`]
  return `burn(${[...parts, ...printBy(by)].join(', ')})`
}

function printComparison({ value, operator, limit, clearAt, minSamples }: Comparison): string {
  const clear = clearAt === undefined ? '' : ` clear at ${printQuantity(clearAt)}`
  const minimum = minSamples === undefined ? '' : ` min ${minSamples} samples`
  return `${printValue(value)} ${operator} ${printQuantity(limit)}${clear}${minimum}`
}

export function printValue(value: Value): string {
  switch (value.type) {
    case 'series':
      return printSelector(value.selector)
    case 'age':
      return `age(${printSelector(value.selector)})`
    case 'window':
      return `${value.function}(${printSelector(value.selector)}, ${printDuration(value.windowMs)})`
    case 'ratio': {
      const parts = [printSelector(value.part), printSelector(value.whole), printDuration(value.windowMs)]
      return `ratio(${[...parts, ...printBy(value.by)].join(', ')})`
    }
  }
}

export function printSelector({ name, labels }: Selector): string {
  const written = labels.map(({ label, operator, value }) => `${label}${operator}${JSON.stringify(value)}`)
  return written.length === 0 ? name : `${name}{${written.join(',')}}`
}

function printBy(by: string | undefined): readonly string[] {
  return by === undefined ? [] : [`by=${by}`]
}

export function printQuantity({ amount, unit }: Quantity): string {
  return `${amount}${unit}`
}

/** In the units that it is whole in: `1h30m`. */
export function printDuration(ms: number): string {
  const units = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1000],
    ['ms', 1],
  ] as const
  let rest = ms
  let text = ''
  for (const [unit, size] of units) {
    const count = Math.floor(rest / size)
    if (count > 0) text += `${count}${unit}`
    rest -= count * size
  }
  return text === '' ? '0s' : text
}
