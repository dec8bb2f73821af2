export type Row = Readonly<Record<string, string | number>>

export interface Section {
  readonly subject: string
  readonly rows: readonly Row[]
}

/** Prints a table for people, or the rows as JSON. Ratios count, single times do not. */
export function report(subject: string, rows: readonly Row[]): void {
  if (process.argv.includes('--json')) console.log(JSON.stringify({ subject, rows }, null, 2))
  else console.table(rows)
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN
}

export function round(value: number, digits = 1): number {
  return Number(value.toFixed(digits))
}
