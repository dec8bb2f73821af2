/** Between rows and values: JSON texts, ISO times, NULL and undefined. */
export const json = (value: unknown): string => JSON.stringify(value)
export const jsonOrNull = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value))
/** A cast for what the store itself wrote; that nobody altered it since is what the audit is asked. */
export const parsed = <T>(text: string): T => JSON.parse(text) as T
export const parsedOr = <T>(text: string | null): T | undefined => (text === null ? undefined : parsed<T>(text))
export const iso = (date: Date): string => date.toISOString()
export const isoOrNull = (date: Date | undefined): string | null => date?.toISOString() ?? null
export const date = (text: string): Date => new Date(text)
export const dateOr = (text: string | null): Date | undefined => (text === null ? undefined : new Date(text))
export const orUndefined = <T>(value: T | null): T | undefined => value ?? undefined
export const orNull = <T>(value: T | undefined): T | null => value ?? null
/** Text that others made: PostgreSQL keeps no NUL in a text, and a lone surrogate is no UTF-8. */
export const plain = (text: string): string => text.replaceAll('\u0000', '\u2400').toWellFormed()
export const plainOrNull = (text: string | undefined): string | null => (text === undefined ? null : plain(text))

/** Rows of one INSERT: SQLite takes 32,766 parameters in a statement, and no table of ours has 32 columns. */
const batchRows = 1000

export function batches<T>(rows: readonly T[]): readonly T[][] {
  return Array.from({ length: Math.ceil(rows.length / batchRows) }, (_, index) =>
    rows.slice(index * batchRows, (index + 1) * batchRows),
  )
}
