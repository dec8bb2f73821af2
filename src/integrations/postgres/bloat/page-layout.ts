/**
 * How many bytes rows and index entries take when nothing is wasted, by the chapters "Database Page Layout" and "B-Tree
 * Indexes" of PostgreSQL's manual (storage-page-layout, btree), for pages of 8 kB and data aligned at 8 bytes.
 */
export interface StoredColumn {
  /** Of the type: bytes of a fixed one, negative of one whose values tell their own. */
  readonly length: number
  /** `c`, `s`, `i` or `d`: values begin at a multiple of 1, 2, 4 or 8. */
  readonly alignment: string
  /** Mean width of its values as stored, without NULLs. */
  readonly width: number
  /** Rows in which it is NULL, 0 to 1. */
  readonly nullRatio: number
}

export const pageBytes = 8192
const pageHeader = 24
const linePointer = 4
const maxAlign = 8

/** PageHeaderData, and what B-trees keep at the end of each page. */
const heapRoom = pageBytes - pageHeader
const btreeRoom = pageBytes - pageHeader - 16

const rowHeader = 23
const entryHeader = 8
/** INDEX_MAX_KEYS bits. */
const entryNulls = 4
/** ItemPointerData: where the row of an entry is. */
const rowPointer = 6
/** Of a tenth of a page at most are the lists of rows that a build makes for equal keys. */
const postingBytes = 812

const alignments: Readonly<Record<string, number>> = { c: 1, s: 2, i: 4, d: 8 }

/** Values up to this long have a header of one byte and stand anywhere. */
const shortValue = 127

interface Room {
  readonly bytes: number
  /** Where the next value begins is the same in every row. */
  readonly isFixed: boolean
}

/** Mean bytes of a row with its line pointer. `hasDropped`: a dropped column is NULL in every new row. */
export function rowBytes(columns: readonly StoredColumn[], columnCount: number, hasDropped: boolean): number {
  const bare = aligned(rowHeader)
  const withNulls = aligned(rowHeader + Math.ceil(columnCount / 8))
  const nulls = hasDropped ? 1 : anyNull(columns)
  const header = bare + nulls * (withNulls - bare)
  return header + alignedMean(dataRoom(columns)) + linePointer
}

/** Mean bytes of an entry of a B-tree with its line pointer. */
export function entryBytes(columns: readonly StoredColumn[]): number {
  const nulls = anyNull(columns)
  const header = entryHeader + nulls * (aligned(entryHeader + entryNulls) - entryHeader)
  return header + alignedMean(dataRoom(columns)) + linePointer
}

/** Pages that so many rows fill. What no row fits into at the end of a page is no waste: a new table has it too. */
export function heapPages(rows: number, bytes: number, fillFactor: number): number {
  const room = heapRoom - (pageBytes * (100 - fillFactor)) / 100
  const perPage = Math.max(1, (room - Math.min(room % bytes, bytes / 2)) / bytes)
  return Math.ceil(rows / perPage)
}

/** `keys`: how many of the entries differ, when equal ones share a key; else as many as entries. */
export function btreePages(entries: number, bytes: number, fillFactor: number, keys = entries): number {
  const room = btreeRoom - (pageBytes * (100 - fillFactor)) / 100 - bytes
  const perPage = Math.max(2, room / bytes)
  const shared = entries * rowPointer
  const lists = Math.max(keys, shared / postingBytes)
  const leaves = keys < entries ? Math.ceil((shared + lists * bytes) / room) : Math.ceil(entries / perPage)
  let above = 0
  for (let level = leaves; level > 1; level = Math.ceil(level / perPage)) above += level === leaves ? 0 : level
  const root = leaves > 1 ? 1 : 0
  const meta = 1
  return meta + leaves + above + root
}

function dataRoom(columns: readonly StoredColumn[]): Room {
  return columns.reduce<Room>(
    (room, { length, alignment, width, nullRatio }) => {
      if (nullRatio >= 1) return room
      const align = length < 0 && width < shortValue ? 1 : (alignments[alignment] ?? maxAlign)
      const padding = room.isFixed ? (align - (room.bytes % align)) % align : (align - 1) / 2
      const bytes = room.bytes + (1 - nullRatio) * (padding + width)
      return { bytes, isFixed: room.isFixed && length > 0 && nullRatio === 0 }
    },
    { bytes: 0, isFixed: true },
  )
}

function alignedMean({ bytes, isFixed }: Room): number {
  return isFixed ? aligned(bytes) : bytes + (maxAlign - 1) / 2
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / maxAlign) * maxAlign
}

/** How many rows have any NULL, if columns are NULL independently. */
function anyNull(columns: readonly StoredColumn[]): number {
  return 1 - columns.reduce((none, { nullRatio }) => none * (1 - nullRatio), 1)
}
