import type { CheckStep } from '../config/system.ts'
import type { Point } from '../core/series.ts'

/** The measurements of a check as points: `host-cpu` and `cpu_ratio` are `host_cpu_ratio`, milliseconds become seconds. */
export function pointsOf(
  { component, kind }: Pick<CheckStep, 'component' | 'kind'>,
  measurements: Readonly<Record<string, number>>,
  at: Date,
): readonly Point[] {
  return Object.entries(measurements).map(([measurement, value]) => {
    const [name = '', subject] = measurement.split(/:(.*)/s)
    const isMs = name.endsWith('_ms')
    return {
      name: seriesName(kind.kind, isMs ? `${name.slice(0, -3)}_seconds` : name),
      labels: { component: component.name, ...(subject !== undefined && { subject }) },
      at: at.getTime(),
      value: isMs ? value / 1000 : value,
    }
  })
}

/** Words that the kind and the measurement share stand once. */
function seriesName(kind: string, measurement: string): string {
  const words = kind.split('-')
  const last = words.at(-1) ?? ''
  const isSaid = measurement === last || measurement.startsWith(`${last}_`)
  return [...(isSaid ? words.slice(0, -1) : words), measurement].join('_')
}
