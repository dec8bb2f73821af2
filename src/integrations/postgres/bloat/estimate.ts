import { btreePages, entryBytes, heapPages, pageBytes, rowBytes, type StoredColumn } from './page-layout.ts'
import type { IndexFacts, RowCount, TableFacts } from './relations.ts'

/** A table, its TOAST table or one of its indexes. */
export interface Part {
  readonly schema: string
  readonly table: string
  /** Of an index; null of the table itself. */
  readonly index: string | null
  readonly isToast: boolean
  readonly oid: number
  readonly bytes: number
  readonly fillFactor: number
}

export type Unknown = 'not-counted' | 'changed' | 'not-readable' | 'no-statistics'

/** What of a part would be free after a rewrite, or why it cannot be told. */
export interface Judged extends Part {
  readonly bloatBytes: number
  /** Measured by the server, not estimated. */
  readonly isExact: boolean
}
export interface Unjudged extends Part {
  readonly why: Unknown
}

/** autovacuum_analyze_scale_factor: when more has changed, the counts are as wrong as an estimate may be. */
const changedRatio = 0.1
/** autovacuum_analyze_threshold. */
const changedRows = 50

/** TOAST_MAX_CHUNK_SIZE fills a quarter of a page: with rows as large as that the most pages are needed. */
const chunksPerPage = 4

/** From `fillfactor`, `pg_stats` and the last count of rows; the table apart from its TOAST. */
export function estimateTable(facts: TableFacts): readonly (Judged | Unjudged)[] {
  const { schema, table, oid, bytes, fillFactor, rows, columns, columnCount, hasDropped } = facts
  const part = { schema, table, index: null, isToast: false, oid, bytes, fillFactor }
  const toast = { ...part, isToast: true, oid: facts.toastOid, bytes: facts.toastBytes, fillFactor: 100 }
  const why = unknownRows(rows)
  const toastWhy = unknownRows(facts.toastRows)
  const stored = storedColumns(columns)
  const own = ((): Judged | Unjudged => {
    if (why !== undefined) return { ...part, why }
    if (rows?.[0] === 0) return judged(part, 0)
    if (!facts.isReadable) return { ...part, why: 'not-readable' }
    if (stored === undefined) return { ...part, why: 'no-statistics' }
    return judged(part, heapPages(rows?.[0] ?? 0, rowBytes(stored, columnCount, hasDropped), fillFactor))
  })()
  if (facts.toastBytes === 0) return [own]
  if (toastWhy !== undefined) return [own, { ...toast, why: toastWhy }]
  return [own, judged(toast, Math.ceil((facts.toastRows?.[0] ?? 0) / chunksPerPage))]
}

export function estimateIndex(facts: IndexFacts): Judged | Unjudged {
  const { schema, table, name, oid, bytes, fillFactor, entries, rows, columns, isUnique, isDeduplicated } = facts
  const part = { schema, table, index: name, isToast: false, oid, bytes, fillFactor }
  const why = entries < 0 ? 'not-counted' : unknownRows(rows)
  if (why !== undefined) return { ...part, why }
  if (entries === 0) return judged(part, 1)
  if (!facts.isReadable) return { ...part, why: 'not-readable' }
  const stored = storedColumns(columns)
  if (stored === undefined) return { ...part, why: 'no-statistics' }
  const keys = isUnique || !isDeduplicated ? entries : distinctKeys(columns, entries)
  return judged(part, btreePages(entries, entryBytes(stored), fillFactor, keys))
}

function unknownRows(rows: RowCount): Unknown | undefined {
  if (rows === null) return 'not-counted'
  const [count, changed] = rows
  return changed > Math.max(changedRows, count * changedRatio) ? 'changed' : undefined
}

function judged(part: Part, neededPages: number): Judged {
  return { ...part, bloatBytes: Math.max(0, part.bytes - neededPages * pageBytes), isExact: false }
}

/** Undefined when something is not known of any: a column taken for empty would make all of its values bloat. */
function storedColumns(columns: TableFacts['columns']): readonly StoredColumn[] | undefined {
  const known = columns.flatMap(([length, alignment, width, nullRatio]) =>
    width === null || nullRatio === null ? [] : [{ length, alignment, width: length > 0 ? length : width, nullRatio }],
  )
  return known.length === columns.length ? known : undefined
}

/** At most: columns that depend on each other have fewer different keys. Then more is bloat than is told. */
function distinctKeys(columns: IndexFacts['columns'], entries: number): number {
  const counts = columns.map(([, , , nullRatio, distinct]) => {
    const count = distinct === null || distinct === 0 ? entries : distinct < 0 ? -distinct * entries : distinct
    return count + ((nullRatio ?? 0) > 0 ? 1 : 0)
  })
  return Math.min(
    entries,
    counts.reduce((all, count) => all * count, 1),
  )
}
