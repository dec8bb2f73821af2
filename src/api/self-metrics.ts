import type { Cell, MetricFamily } from './metric-family.ts'
import { renderMetrics, type TextFormat } from './render-metrics.ts'

/** One number that goes up, down, or is counted in buckets. Made once and kept by who feeds it: nothing is allocated then. */
export interface CounterValue {
  add(amount?: number): void
}
export interface GaugeValue {
  set(value: number): void
}
export interface HistogramValue {
  observe(value: number): void
}

export interface Family<Value> {
  /** The value with these labels, in the order of the family's label names; the same object each time. */
  of(...labels: readonly string[]): Value
}

/** What Vigie tells about itself at /metrics. Names are in OpenMetrics form: base units, `_total` for counters. */
export interface SelfMetrics {
  counter(name: string, help: string, labels?: readonly string[]): Family<CounterValue>
  gauge(name: string, help: string, labels?: readonly string[]): Family<GaugeValue>
  /** A number that is only looked up when somebody asks. `type` is counter for what only grows. */
  read(type: 'counter' | 'gauge', name: string, help: string, look: () => number): void
  /** @param bounds upper bounds of the buckets, growing */
  histogram(name: string, help: string, bounds: readonly number[], labels?: readonly string[]): Family<HistogramValue>
  /** `prometheus` is text format 0.0.4, `openmetrics` is OpenMetrics 1.0. */
  render(format: TextFormat): string
}

/** Series of one name; what comes beyond shares one whose labels all say `other`. */
const maxCells = 1000

export function createSelfMetrics(): SelfMetrics {
  const families = new Map<string, MetricFamily>()
  const declare = (family: Omit<MetricFamily, 'cells'>): MetricFamily => {
    checkName(family)
    if (families.has(family.name)) throw new Error(`metric declared twice: ${family.name}`)
    const declared = { ...family, cells: new Map<string, Cell>() }
    families.set(family.name, declared)
    return declared
  }
  const plain = { bounds: [], look: undefined }
  return {
    counter: (name, help, labelNames = []) => {
      const family = declare({ type: 'counter', name, help, labelNames, ...plain })
      return familyOf(family, (cell) => ({
        add: (amount = 1) => {
          if (amount > 0) cell.value += amount
        },
      }))
    },
    gauge: (name, help, labelNames = []) => {
      const family = declare({ type: 'gauge', name, help, labelNames, ...plain })
      return familyOf(family, (cell) => ({
        set: (value) => {
          cell.value = value
        },
      }))
    },
    read: (type, name, help, look) => void declare({ type, name, help, labelNames: [], bounds: [], look }),
    histogram: (name, help, bounds, labelNames = []) => {
      const family = declare({ type: 'histogram', name, help, labelNames, bounds, look: undefined })
      return familyOf(family, (cell) => ({
        observe: (value) => {
          if (!Number.isFinite(value)) return
          let bucket = 0
          while (bucket < bounds.length && value > (bounds[bucket] ?? 0)) bucket++
          cell.buckets[bucket] = (cell.buckets[bucket] ?? 0) + 1
          cell.value += value
        },
      }))
    },
    render: (format) => renderMetrics([...families.values()], format),
  }
}

function familyOf<Value>(family: MetricFamily, make: (cell: Cell) => Value): Family<Value> {
  const made = new Map<string, Value>()
  const of = (...given: readonly string[]): Value => {
    const key = given.join('\0')
    const known = made.get(key)
    if (known !== undefined) return known
    if (given.length !== family.labelNames.length)
      throw new Error(`${family.name} has ${family.labelNames.length} labels`)
    const others = family.labelNames.map(() => 'other')
    if (made.size >= maxCells && others.join() !== given.join()) return of(...others)
    const cell = { labels: given, value: 0, buckets: [...family.bounds.map(() => 0), 0] }
    family.cells.set(key, cell)
    const value = make(cell)
    made.set(key, value)
    return value
  }
  // What has no labels is shown from the beginning, as 0.
  if (family.labelNames.length === 0) of()
  return { of }
}

function checkName({ type, name, labelNames, bounds }: Omit<MetricFamily, 'cells'>): void {
  const isRight =
    /^vigie_[a-z0-9_]*[a-z0-9]$/.test(name) &&
    name.endsWith('_total') === (type === 'counter') &&
    labelNames.every((label) => /^[a-z][a-z0-9_]*$/.test(label) && label !== 'le') &&
    bounds.every((bound, index) => index === 0 || bound > (bounds[index - 1] ?? 0))
  if (!isRight) throw new Error(`not a metric of ours: ${name}`)
}
