import type { DatabaseTable } from '../../core/database.ts'

export const tableOrders = ['size', 'live', 'dead', 'growth', 'vacuum', 'age'] as const
export type TableOrder = (typeof tableOrders)[number]

/** The largest, the fastest growing, the longest without vacuum first: never is longest, and what is not known is last. */
export function sortedTables(tables: readonly DatabaseTable[], order: TableOrder): readonly DatabaseTable[] {
  const rank = ranks[order]
  return tables.toSorted(
    (a, b) => compare(rank(b), rank(a)) || bytesOf(b) - bytesOf(a) || (nameOf(a) < nameOf(b) ? -1 : 1),
  )
}

export function bytesOf({ tableBytes, indexBytes, toastBytes }: DatabaseTable): number {
  return tableBytes + indexBytes + toastBytes
}

export function nameOf({ schema, table }: { readonly schema: string; readonly table: string }): string {
  return `${schema}.${table}`
}

const ranks: Readonly<Record<TableOrder, (table: DatabaseTable) => number>> = {
  size: bytesOf,
  live: ({ liveTuples }) => liveTuples,
  dead: ({ deadTuples }) => deadTuples,
  growth: ({ bytesPerDay }) => bytesPerDay ?? Number.NEGATIVE_INFINITY,
  vacuum: ({ lastVacuumAt }) => (lastVacuumAt === null ? Number.POSITIVE_INFINITY : -lastVacuumAt.getTime()),
  age: ({ xidAge }) => xidAge,
}

function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0
}
