/** What sets the series of one name apart. Keys as in OpenMetrics: letters, digits and `_`. */
export type Labels = Readonly<Record<string, string>>

/** Labels from the JSON in which they are kept. */
export function parsedLabels(text: string): Labels {
  const kept: unknown = JSON.parse(text)
  const members = typeof kept === 'object' && kept !== null ? Object.entries(kept) : []
  return Object.fromEntries(members.map(([key, value]) => [key, String(value)]))
}

/** A number of a series at a time. Names follow OpenMetrics, in base units: `host_cpu_ratio`, `http_latency_seconds`, `…_bytes`. */
export interface Point {
  readonly name: string
  readonly labels: Labels
  /** Milliseconds since 1970. */
  readonly at: number
  readonly value: number
  /** Its `seriesKey`, when whoever measured it knows it: to write it for each point anew is dear. */
  readonly key?: string
}

/** The one text of a series: `name{a="1",b="2"}`, labels in order of their keys. */
export function seriesKey(name: string, labels: Labels): string {
  const written = Object.keys(labels)
    .toSorted()
    .map((key) => `${key}=${JSON.stringify(labels[key])}`)
  return written.length === 0 ? name : `${name}{${written.join(',')}}`
}

export function keyOf({ key, name, labels }: Point): string {
  return key ?? seriesKey(name, labels)
}

/** What is kept alike, by the first word of a series' name: a retention of its own for each. */
export const seriesClasses = ['host', 'http', 'database', 'vigie', 'app'] as const
export type SeriesClass = (typeof seriesClasses)[number]
