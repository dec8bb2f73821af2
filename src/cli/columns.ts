import type { Text } from '../core/message.ts'
import type { Output } from './output.ts'
import { shortenedApart } from './shortened.ts'

/** A column of a table for people. */
export interface Column<Row> {
  readonly title: Text
  readonly cell: (row: Row) => string
  /** Numbers stand at the right of their column. */
  readonly isNumber?: boolean
  /** Which columns go first when the terminal is narrow: the highest. 0 never goes. Default: 0. */
  readonly spare?: number
  /** Names are shortened in the middle, when there is no room, so that no two of them look alike. */
  readonly isName?: boolean
  /** Of names: so many columns at most, however wide the terminal. */
  readonly widest?: number
}

const gap = '  '
const leastLast = 12
const leastName = 20

/**
 * Rows under titles, within the width of the terminal: columns that can be spared go first, then the last column is cut.
 * Cells and titles are plain text.
 */
export function columnTable<Row>(rows: readonly Row[], columns: readonly Column<Row>[], output: Output): string[] {
  const all = columns.map((column) => {
    const values = rows.map(column.cell)
    const { isName, widest } = column
    const told = isName === true && widest !== undefined ? shortenedApart(values, widest) : values
    const cells = [output.text(column.title), ...told]
    return { ...column, cells, width: Math.max(...cells.map((cell) => cell.length)) }
  })
  const { width } = output.settings
  let shown = all
  const needed = (): number =>
    shown.reduce(
      (sum, { isName, width: own }, index) =>
        sum +
        (index === shown.length - 1 ? Math.min(own, leastLast) : isName === true ? Math.min(own, leastName) : own),
      0,
    ) +
    gap.length * (shown.length - 1)
  while (needed() > width) {
    const spared = Math.max(...shown.map(({ spare = 0 }) => spare))
    if (spared === 0) break
    shown = shown.filter(({ spare = 0 }) => spare !== spared)
  }
  let over = shown.reduce((sum, one) => sum + one.width, gap.length * (shown.length - 1)) - width
  shown = shown.map((one) => {
    if (one.isName !== true || over <= 0) return one
    const room = Math.max(leastName, one.width - over)
    const cells = [one.cells[0] ?? '', ...shortenedApart(rows.map(one.cell), room)]
    const own = Math.max(...cells.map((cell) => cell.length))
    over -= one.width - own
    return { ...one, cells, width: own }
  })
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
