import { hostSeries } from './series/host-series.ts'
import { httpSeries } from './series/http-series.ts'
import type { KnownSeries } from './series/known-series.ts'
import { postgresSeries } from './series/postgres-series.ts'

const sources = ['host', 'http', 'postgres'] as const
export type SeriesSource = (typeof sources)[number]

/** The kind of component that the series is of → its series. Rules may use what stands above them. */
export const knownSeries: Readonly<Record<SeriesSource, readonly KnownSeries[]>> = {
  host: hostSeries,
  http: httpSeries,
  postgres: postgresSeries,
}

export function findKnown(
  name: string,
): { readonly source: SeriesSource; readonly labels: readonly string[] } | undefined {
  for (const source of sources) {
    const found = knownSeries[source].find((one) => one.name === name)
    if (found !== undefined) return { source, labels: found.labels }
  }
  return undefined
}
