import type { Cell, MetricFamily } from './metric-family.ts'

export type TextFormat = 'prometheus' | 'openmetrics'

export const contentTypes: Readonly<Record<TextFormat, string>> = {
  prometheus: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
}

const units = ['seconds', 'bytes', 'ratio']

/** The metrics in Prometheus' text format 0.0.4, or in OpenMetrics 1.0. */
export function renderMetrics(families: readonly MetricFamily[], format: TextFormat): string {
  const isOpen = format === 'openmetrics'
  const lines = families.flatMap((family) => {
    // OpenMetrics names the family without the `_total` that its series end in.
    const name = isOpen ? family.name.replace(/_total$/, '') : family.name
    const unit = units.find((one) => name.endsWith(`_${one}`))
    return [
      `# TYPE ${name} ${family.type}`,
      ...(isOpen && unit !== undefined ? [`# UNIT ${name} ${unit}`] : []),
      `# HELP ${name} ${escaped(family.help, isOpen)}`,
      ...seriesOf(family),
    ]
  })
  return [...lines, ...(isOpen ? ['# EOF'] : []), ''].join('\n')
}

/** Whether who asks would rather have OpenMetrics, as Prometheus does. */
export function formatFor(accept: string | undefined): TextFormat {
  return accept?.includes('application/openmetrics-text') ? 'openmetrics' : 'prometheus'
}

function seriesOf({ type, name, labelNames, bounds, look, cells }: MetricFamily): string[] {
  if (look !== undefined) return [`${name} ${numberText(look())}`]
  return [...cells.values()].flatMap((cell) => {
    const labels = labelNames.map((label, index) => labelText(label, cell.labels[index] ?? ''))
    if (type !== 'histogram') return [`${name}${braces(labels)} ${numberText(cell.value)}`]
    return histogramLines(name, labels, bounds, cell)
  })
}

function histogramLines(name: string, labels: readonly string[], bounds: readonly number[], cell: Cell): string[] {
  let count = 0
  const buckets = cell.buckets.map((own, index) => {
    count += own
    const bound = bounds[index]
    const le = bound === undefined ? '+Inf' : Number.isInteger(bound) ? `${bound}.0` : String(bound)
    return `${name}_bucket${braces([...labels, labelText('le', le)])} ${count}`
  })
  return [
    ...buckets,
    `${name}_sum${braces(labels)} ${numberText(cell.value)}`,
    `${name}_count${braces(labels)} ${count}`,
  ]
}

function labelText(name: string, value: string): string {
  return `${name}="${escaped(value, true)}"`
}

function braces(labels: readonly string[]): string {
  return labels.length === 0 ? '' : `{${labels.join(',')}}`
}

function escaped(text: string, withQuotes: boolean): string {
  const plain = text.toWellFormed().replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
  return withQuotes ? plain.replaceAll('"', '\\"') : plain
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf'
  return String(value)
}
