import type { CollectedPoint } from '../../../core/collector.ts'
import type { Labels } from '../../../core/series.ts'
import type { SqlMetric } from '../options.ts'
import type { Row } from './connection.ts'

/** What stands for the rows that are not told apart. */
const otherName = 'other'

export interface SqlShape {
  readonly values: readonly string[]
  readonly labels: readonly string[]
}

/**
 * The rows of a query as points: of one value column under the metric's name, of several under `name_column`. Rows
 * without a number give none. The highest rows by the first value are told apart, the others are one.
 */
export function sqlPoints(
  name: string,
  rows: readonly Row[],
  { values, labels }: SqlShape,
  { top, other }: Pick<SqlMetric, 'top' | 'other'>,
  shown: (column: string, text: string) => string,
): readonly CollectedPoint[] {
  const read = rows.map((row) => ({
    labels: Object.fromEntries(labels.map((column) => [labelName(column), shown(column, textOf(row[column]))])),
    numbers: values.map((column) => numberOf(row[column])),
  }))
  const first = (one: { readonly numbers: readonly (number | undefined)[] }): number =>
    one.numbers[0] ?? Number.NEGATIVE_INFINITY
  const sorted = read.toSorted((a, b) => Number(first(a) < first(b)) - Number(first(a) > first(b)))
  const [told, rest] = [sorted.slice(0, top), other === 'none' ? [] : sorted.slice(top)]
  return values.flatMap((column, place) => {
    const series = values.length === 1 ? name : `${name}_${labelName(column)}`
    const points = joined(told.map((one) => ({ labels: one.labels, number: one.numbers[place] })))
    const left = rest.map(({ numbers }) => numbers[place]).filter((number) => number !== undefined)
    const others = Object.fromEntries(labels.map((column) => [labelName(column), otherName]))
    const value = other === 'max' ? left.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY) : sum(left)
    return [...points, ...(left.length > 0 ? [{ labels: others, value }] : [])].map((one) => ({ name: series, ...one }))
  })
}

/** Rows whose labels are the same are one series; their numbers are added. */
function joined(
  rows: readonly { readonly labels: Labels; readonly number: number | undefined }[],
): readonly { readonly labels: Labels; readonly value: number }[] {
  const series = new Map<string, { labels: Labels; value: number }>()
  for (const { labels, number } of rows) {
    if (number === undefined) continue
    const key = JSON.stringify(Object.values(labels))
    const value = (series.get(key)?.value ?? 0) + number
    series.set(key, { labels, value })
  }
  return [...series.values()]
}

/** A column may have any name; a label and a metric may not. */
function labelName(column: string): string {
  return column.replace(/[^A-Za-z0-9_]/g, '_').replace(/^(?=\d)/, '_')
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0)
}

function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (value instanceof Date) return value.toISOString()
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
