import type { Text } from '../core/message.ts'
import type { Output } from './output.ts'

/** A column of a table for people. */
export interface Column<Row> {
  readonly title: Text
  readonly cell: (row: Row) => string
  /** Numbers stand at the right of their column. */
  readonly isNumber?: boolean
  /** Which columns go first when the terminal is narrow: the highest. 0 never goes. Default: 0. */
  readonly spare?: number
}

const gap = '  '
const leastLast = 12

/**
 * Rows under titles, within the width of the terminal: columns that can be spared go first, then the last column is cut.
 * Cells and titles are plain text.
 */
export function columnTable<Row>(rows: readonly Row[], columns: readonly Column<Row>[], output: Output): string[] {
  const all = columns.map((column) => {
    const cells = [output.text(column.title), ...rows.map(column.cell)]
    return { ...column, cells, width: Math.max(...cells.map((cell) => cell.length)) }
  })
  const { width } = output.settings
  let shown = all
  const needed = (): number =>
    shown.reduce(
      (sum, one, index) => sum + (index === shown.length - 1 ? Math.min(one.width, leastLast) : one.width),
      0,
    ) +
    gap.length * (shown.length - 1)
  while (needed() > width) {
    const spared = Math.max(...shown.map(({ spare = 0 }) => spare))
    if (spared === 0) break
    shown = shown.filter(({ spare = 0 }) => spare !== spared)
  }
  return [-1, ...rows.keys()].map((index) => {
    const line = shown
      .map(({ cells, isNumber, width: own }, at) => {
        const cell = cells[index + 1] ?? ''
        if (isNumber === true) return cell.padStart(own)
        return at === shown.length - 1 ? cell : cell.padEnd(own)
      })
      .join(gap)
      .trimEnd()
    return line.length > width ? `${line.slice(0, width - 1)}…` : line
  })
}
