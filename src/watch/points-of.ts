import type { CheckStep } from '../config/system.ts'
import type { Point } from '../core/series.ts'
import { seriesOf } from '../core/series-names.ts'

/** The measurements of a check as points of its component. */
export function pointsOf(
  { component, kind }: Pick<CheckStep, 'component' | 'kind'>,
  measurements: Readonly<Record<string, number>>,
  at: Date,
): readonly Point[] {
  return Object.entries(measurements).map(([measurement, value]) => {
    const { name, labels, factor } = seriesOf(kind.kind, measurement)
    return { name, labels: { component: component.name, ...labels }, at: at.getTime(), value: value * factor }
  })
}
