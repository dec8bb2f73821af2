import type { CheckStep } from '../config/system.ts'
import { type Labels, type Point, seriesKey } from '../core/series.ts'
import { seriesOf } from '../core/series-names.ts'

type Measured = Pick<CheckStep, 'component' | 'kind'>

interface MeasuredSeries {
  readonly name: string
  readonly labels: Labels
  readonly factor: number
  readonly key: string
}

/** Of one check; one that names ever new subjects begins anew. */
const mostKnown = 1000
/** A check gives the same measurements at each look. */
const known = new WeakMap<Measured, Map<string, MeasuredSeries>>()

/** The measurements of a check as points of its component. */
export function pointsOf(step: Measured, measurements: Readonly<Record<string, number>>, at: Date): readonly Point[] {
  const own = known.get(step) ?? new Map<string, MeasuredSeries>()
  known.set(step, own)
  const time = at.getTime()
  return Object.keys(measurements).map((measurement) => {
    const { name, labels, key, factor } = own.get(measurement) ?? made(step, measurement, own)
    return { name, labels, key, at: time, value: (measurements[measurement] ?? Number.NaN) * factor }
  })
}

function made({ component, kind }: Measured, measurement: string, own: Map<string, MeasuredSeries>): MeasuredSeries {
  const { name, labels: bare, factor } = seriesOf(kind.kind, measurement)
  const labels = { component: component.name, ...bare }
  const one = { name, labels, factor, key: seriesKey(name, labels) }
  if (own.size >= mostKnown) own.clear()
  own.set(measurement, one)
  return one
}
