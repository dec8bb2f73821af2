/** Rows in columns two blanks apart, each line cut at the width. The last column takes what is left. */
export function table(rows: readonly (readonly string[])[], width: number): string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length))
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  )
  return rows.map((row) => {
    const line = row
      .map((cell, column) => (column === columns - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
    return line.length > width ? `${line.slice(0, width - 1)}…` : line.trimEnd()
  })
}
