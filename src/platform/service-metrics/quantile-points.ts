import type { CollectedPoint } from '../../core/collector.ts'
import type { NativeHistogram } from '../exposition/exposed.ts'
import { chooseDurations } from './choose-source.ts'
import { type Buckets, bucketsIncrease, classicQuantile, mergeBuckets } from './classic-histogram.ts'
import { durationScale, endpointOf } from './known-names.ts'
import { mergeNative, nativeIncrease, nativeQuantile } from './native-buckets.ts'
import type { HistogramSeries, Scrape } from './scrape.ts'

const quantiles = [0.5, 0.95, 0.99] as const

/** The observations of a set of series since the look before, in the form in which each has them. */
interface Increases {
  readonly classic: Buckets[]
  readonly native: NativeHistogram[]
}

/** How long requests took, from buckets that are merged first: percentiles themselves cannot be averaged. */
export function quantilePoints(
  before: Scrape,
  now: Scrape,
  shown: (endpoint: string) => string,
): readonly CollectedPoint[] {
  const family = chooseDurations(now)
  if (family === undefined) return []
  return histogramPoints('http_request_seconds', before, now, family, durationScale(family) ?? 1, (labels) => {
    const endpoint = endpointOf(labels)
    return endpoint === undefined ? undefined : shown(endpoint)
  })
}

/** The quantiles of a histogram family: of all its series, and of those of each endpoint. */
export function histogramPoints(
  name: string,
  before: Scrape,
  now: Scrape,
  family: string,
  scale: number,
  groupOf: (labels: HistogramSeries['labels']) => string | undefined,
): readonly CollectedPoint[] {
  const groups = new Map<string | undefined, Increases>()
  const add = (group: string | undefined, one: { classic?: Buckets; native?: NativeHistogram | undefined }): void => {
    const all = groups.get(group) ?? { classic: [], native: [] }
    if (one.native !== undefined) all.native.push(one.native)
    if (one.classic !== undefined) all.classic.push(one.classic)
    groups.set(group, all)
  }
  const old = before.histograms.get(family)
  for (const [key, series] of now.histograms.get(family) ?? []) {
    const was = old?.get(key)
    const increase =
      series.native === undefined
        ? { classic: bucketsIncrease(was?.buckets, series.buckets) }
        : { native: nativeIncrease(was?.native, series.native) }
    add(undefined, increase)
    const group = groupOf(series.labels)
    if (group !== undefined) add(group, increase)
  }
  return [...groups].flatMap(([group, increases]) => {
    const own = group === undefined ? {} : { endpoint: group }
    const read = quantileReader(increases)
    return quantiles.flatMap((quantile) => {
      const value = read(quantile)
      return value === undefined ? [] : [{ name, labels: { quantile: String(quantile), ...own }, value: value * scale }]
    })
  })
}

function quantileReader({ classic, native }: Increases): (quantile: number) => number | undefined {
  const merged = mergeNative(native)
  if (merged !== undefined) return (quantile) => nativeQuantile(quantile, merged)
  const buckets = mergeBuckets(classic)
  return (quantile) => classicQuantile(quantile, buckets)
}
