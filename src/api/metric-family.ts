/** One series: what it is called, and what it shows now. */
export interface Cell {
  readonly labels: readonly string[]
  value: number
  /** Of a histogram: how many fell in each bucket alone, the one above the last bound included. */
  readonly buckets: number[]
}

export interface MetricFamily {
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly name: string
  readonly help: string
  readonly labelNames: readonly string[]
  readonly bounds: readonly number[]
  readonly look: (() => number) | undefined
  readonly cells: Map<string, Cell>
}
