import { type Labels, parsedLabels, seriesKey } from '../../core/series.ts'
import type { ExposedSample, ExpositionSink, MetricFamily, NativeHistogram } from '../exposition/exposed.ts'
import { durationScale, isAuthCounter, isRequestCounter } from './known-names.ts'

export interface CounterSeries {
  readonly labels: Labels
  value: number
}

export interface HistogramSeries {
  readonly labels: Labels
  /** In the unit of the program. */
  readonly buckets: Map<number, number>
  native: NativeHistogram | undefined
}

/** What one look at a program showed, of all that is of use; families by name, series by their labels. */
export interface Scrape {
  readonly counters: ReadonlyMap<string, ReadonlyMap<string, CounterSeries>>
  readonly histograms: ReadonlyMap<string, ReadonlyMap<string, HistogramSeries>>
  readonly gauges: ReadonlyMap<string, ReadonlyMap<string, CounterSeries>>
  /** Series that were of use and did not fit. */
  readonly dropped: number
  /** Samples that were seen, of use or not. */
  readonly samples: number
}

export interface ScrapeOptions {
  /** Names kept as they are, beside those that are known. */
  readonly keeps: (name: string) => boolean
  /** Series and buckets held; what comes after them is counted as dropped. */
  readonly maxSeries: number
}

/** A label set longer than this in all is one that somebody sends, not one that somebody wrote. */
const longestKey = 2000

/** Gathers one scrape; holds `maxSeries` numbers at most. */
export function gatherScrape({ keeps, maxSeries }: ScrapeOptions): ExpositionSink & { readonly scrape: () => Scrape } {
  const counters = new Map<string, Map<string, CounterSeries>>()
  const histograms = new Map<string, Map<string, HistogramSeries>>()
  const gauges = new Map<string, Map<string, CounterSeries>>()
  let [held, dropped, samples, lastDropped] = [0, 0, 0, '']

  const drop = (key: string): void => {
    // The buckets of one series follow each other.
    if (key !== lastDropped) dropped++
    lastDropped = key
  }
  const seriesOf = <T>(
    all: Map<string, Map<string, T>>,
    name: string,
    labels: Labels,
    make: () => T,
  ): T | undefined => {
    const family = all.get(name) ?? new Map<string, T>()
    const key = seriesKey('', labels)
    const known = family.get(key)
    if (known !== undefined) return known
    if (held >= maxSeries || key.length > longestKey) {
      drop(`${name}${key}`)
      return undefined
    }
    held++
    const made = make()
    family.set(key, made)
    all.set(name, family)
    return made
  }
  const keepNumber = (all: typeof counters, { name, labels, value }: ExposedSample): void => {
    const series = seriesOf(all, name, labels, () => ({ labels: detached(labels), value }))
    if (series !== undefined) series.value = value
  }
  const histogramOf = (family: string, labels: Labels): HistogramSeries | undefined =>
    seriesOf(histograms, family, labels, () => ({ labels: detached(labels), buckets: new Map(), native: undefined }))
  const keepBucket = ({ family, labels, value }: ExposedSample): void => {
    const { le = '', ...others } = labels
    const bound = /^\+?inf$/i.test(le) ? Number.POSITIVE_INFINITY : Number(le)
    const series = le === '' || Number.isNaN(bound) ? undefined : histogramOf(family.name, others)
    if (series === undefined) return
    if (!series.buckets.has(bound)) held++
    series.buckets.set(bound, value)
  }
  const isWanted = ({ name }: MetricFamily): boolean => durationScale(name) !== undefined || keeps(name)

  return {
    sample: (sample) => {
      const { family, name } = sample
      samples++
      if (family.type === 'histogram') {
        if (name === `${family.name}_bucket` && isWanted(family)) keepBucket(sample)
      } else if (family.type === 'counter' || (family.type === 'unknown' && name.endsWith('_total'))) {
        if (isRequestCounter(name) || isAuthCounter(name) || keeps(name)) keepNumber(counters, sample)
      } else if ((family.type === 'gauge' || family.type === 'unknown') && keeps(name)) keepNumber(gauges, sample)
    },
    native: (family, labels, histogram) => {
      samples++
      const series = isWanted(family) ? histogramOf(family.name, labels) : undefined
      if (series === undefined) return
      held += histogram.positive.size + histogram.negative.size
      series.native = histogram
    },
    scrape: () => ({ counters, histograms, gauges, dropped, samples }),
  }
}

/** A part of a text keeps all of it in memory; a copy does not. */
function detached(labels: Labels): Labels {
  return parsedLabels(JSON.stringify(labels))
}
