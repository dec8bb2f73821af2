import type { Text } from '../../core/message.ts'
import type { Say } from '../words.ts'

export const datasource = { type: 'prometheus', uid: 'vigie-prometheus' } as const

/** What a panel shows; Grafana's own names of units. */
export interface PanelSpec {
  readonly type: 'timeseries' | 'stat' | 'table'
  readonly title: Text
  readonly unit: 'percentunit' | 's' | 'reqps' | 'bytes' | 'Bps' | 'd' | 'short' | 'bool_yes_no'
  /** PromQL → legend. */
  readonly queries: Readonly<Record<string, string>>
  /** Of 24 columns. */
  readonly width: 6 | 8 | 12 | 24
  /** Beyond it a value is drawn in red. */
  readonly limit?: number
}

const height = 8

/** Panels side by side, from the left to the right and down. */
export function layOut(specs: readonly PanelSpec[], say: Say): readonly object[] {
  let [x, y] = [0, 0]
  return specs.map((spec, index) => {
    if (x + spec.width > 24) [x, y] = [0, y + height]
    const gridPos = { h: height, w: spec.width, x, y }
    x += spec.width
    return panel(spec, index + 1, gridPos, say)
  })
}

function panel({ type, title, unit, queries, limit }: PanelSpec, id: number, gridPos: object, say: Say): object {
  const steps = [{ color: 'green', value: null }, ...(limit === undefined ? [] : [{ color: 'red', value: limit }])]
  return {
    id,
    type,
    title: say(title),
    datasource,
    gridPos,
    fieldConfig: {
      defaults: { unit, ...(unit !== 'd' && { min: 0 }), thresholds: { mode: 'absolute', steps } },
      overrides: [],
    },
    options:
      type === 'timeseries'
        ? {
            legend: { showLegend: true, placement: 'bottom', displayMode: 'list', calcs: [] },
            tooltip: { mode: 'multi', sort: 'desc' },
          }
        : {},
    targets: Object.entries(queries).map(([expr, legendFormat], index) => ({
      refId: String.fromCharCode(65 + index),
      datasource,
      expr,
      legendFormat,
      ...(type === 'table' && { format: 'table', instant: true }),
    })),
  }
}
