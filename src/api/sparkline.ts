import { escapeHtml } from './page.ts'

const [width, height] = [240, 32] as const
/** Room for the line at its highest and lowest. */
const margin = 2

/**
 * Values over time as a small picture, from 0 up to the highest. Where nothing was measured the line is open and a dotted
 * one stands at its foot; a dot marks the newest value.
 *
 * @param values of steps of the same length, oldest first
 * @param label what it shows, in words: all that a reader of the screen gets
 */
export function sparkline(values: readonly (number | undefined)[], label: string): string {
  const text = escapeHtml(label)
  return [
    `<svg class="spark" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" role="img" aria-label="${text}">`,
    `<title>${text}</title>`,
    ...pathsOf(values).map(({ kind, d }) => `<path class="${kind}" d="${d}"/>`),
    '</svg>',
  ].join('')
}

export interface SparkPath {
  readonly kind: 'line' | 'hole' | 'last'
  readonly d: string
}

/** The lines of the picture, in its units: x from 0 to 240, y from 0 (above) to 32. */
export function pathsOf(values: readonly (number | undefined)[]): readonly SparkPath[] {
  const top = Math.max(0, ...values.map((value) => (isDrawn(value) ? value : 0)))
  const x = (index: number): number => round((index * width) / Math.max(1, values.length - 1))
  const y = (value: number): number => {
    const share = top === 0 ? 0 : Math.max(0, value) / top
    return round(height - margin - share * (height - 2 * margin))
  }
  const paths: SparkPath[] = []
  for (let from = 0; from < values.length; ) {
    const isHole = !isDrawn(values[from])
    let to = from + 1
    while (to < values.length && isDrawn(values[to]) === !isHole) to++
    if (isHole) {
      // From the last point before to the first one after: the hole is all that lies between.
      paths.push({ kind: 'hole', d: `M${x(Math.max(0, from - 1))} ${y(0)}H${x(Math.min(to, values.length - 1))}` })
    } else {
      const points = values.slice(from, to).map((value, offset) => `${x(from + offset)} ${y(value ?? 0)}`)
      // A line without length is a dot: its ends are round.
      paths.push({ kind: 'line', d: `M${points.join('L')}${points.length === 1 ? 'h0' : ''}` })
    }
    from = to
  }
  const last = values.findLastIndex(isDrawn)
  const newest = values[last]
  return newest === undefined ? paths : [...paths, { kind: 'last', d: `M${x(last)} ${y(newest)}h0` }]
}

function isDrawn(value: number | undefined): value is number {
  return value !== undefined && Number.isFinite(value)
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
