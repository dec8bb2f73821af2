import type { ListedFile } from '../../core/data-abilities.ts'
import type { Text } from '../../core/message.ts'
import { createKeyTable, type KeyTable } from './key-table.ts'
import type { OrphansOptions } from './options.ts'
import { folderOf, keyOf, namedBy } from './path-key.ts'
import type { Sides } from './sides.ts'

/** Rows read of one query, as many as files are listed of one tree. */
export const maxRows = 1_000_000
/** Paths without a file that are looked for one by one, and shown of them. */
const lookedForAtMost = 1000
const shownAtMost = 5

/** What rows name, read before any file is listed: a file that comes meanwhile is young. */
export interface Names {
  readonly table: KeyTable
  readonly rows: number
  /** Rows that name nothing. */
  readonly empty: number
  readonly elsewhere: number
  readonly elsewhereExample: string
  readonly isCut: boolean
}

export interface Comparison {
  readonly names: Omit<Names, 'table'>
  /** Paths that rows name, each once. */
  readonly named: number
  readonly files: number
  /** Named by a row. */
  readonly matched: number
  /** Named by none, but not old enough. */
  readonly young: number
  readonly orphans: number
  readonly orphanBytes: number
  /** The first of them by path, at most as many as were asked for. */
  readonly orphanFiles: readonly ListedFile[]
  /** Paths that rows name and that have no file. */
  readonly missing: number
  readonly missingPaths: readonly string[]
  /** Why the tree could not be seen whole. */
  readonly unseen: { readonly reason: Text; readonly remedy: Text } | undefined
}

export async function readNames(sides: Sides, root: string, options: OrphansOptions): Promise<Names> {
  const table = createKeyTable()
  const seen = { rows: 0, empty: 0, elsewhere: 0, elsewhereExample: '', isCut: false }
  await sides.rows.abilities.read(sides.rows.ctx, questionOf(options), (values) => {
    for (const value of values) {
      if (seen.rows >= maxRows) {
        seen.isCut = true
        return false
      }
      seen.rows++
      const named = namedBy(value, root, options)
      if (named.is === 'path') table.add(keyOf(named.path, options))
      else if (named.is === 'nothing') seen.empty++
      else {
        seen.elsewhere++
        seen.elsewhereExample ||= value ?? ''
      }
    }
    return true
  })
  return { table, ...seen }
}

/** Compares both sides. Holds at most twice `most` files, and 71 MB for a million paths. */
export async function compare(sides: Sides, options: OrphansOptions, most: number, nowMs: number): Promise<Comparison> {
  const { abilities: files, ctx } = sides.files
  const root = await files.root(ctx)
  const { table, ...names } = await readNames(sides, root, options)
  let orphanFiles: ListedFile[] = []
  const counts = { files: 0, matched: 0, young: 0, orphans: 0, orphanBytes: 0 }
  const blank = { names, named: table.size, ...counts, orphanFiles, missing: 0, missingPaths: [], unseen: undefined }
  if (names.isCut) return blank
  const listing = await files.list(ctx, folderOf(options.prefix), (file) => {
    counts.files++
    if (table.meet(keyOf(file.path, options))) counts.matched++
    else if (file.changedAtMs > nowMs - options.olderThan) counts.young++
    else {
      counts.orphans++
      counts.orphanBytes += file.bytes
      orphanFiles.push(file)
      if (orphanFiles.length >= 2 * most + 100) orphanFiles = firstOf(orphanFiles, most)
    }
  })
  const seen = { ...blank, ...counts, orphanFiles: firstOf(orphanFiles, most) }
  if (!listing.ok) return { ...seen, unseen: { reason: listing.reason, remedy: listing.remedy } }
  const { missing, missingPaths } = await missingOf(sides, table, root, options)
  return { ...seen, missing, missingPaths }
}

/**
 * Paths of rows without a file. The rows are read again: only the paths that are still named count, and of those that are
 * looked for one by one only the ones whose file is still not there, for what Vigie protects is not listed.
 */
async function missingOf(
  { rows, files }: Sides,
  table: KeyTable,
  root: string,
  options: OrphansOptions,
): Promise<{ missing: number; missingPaths: readonly string[] }> {
  if (table.met === table.size) return { missing: 0, missingPaths: [] }
  const told = createKeyTable()
  const candidates: string[] = []
  await rows.abilities.read(rows.ctx, questionOf(options), (values) => {
    for (const value of values) {
      const named = namedBy(value, root, options)
      if (named.is !== 'path') continue
      const key = keyOf(named.path, options)
      if (table.wasMet(key) !== false || !told.add(key)) continue
      if (candidates.length < lookedForAtMost) candidates.push(named.path)
    }
    return true
  })
  const gone: string[] = []
  for (const path of candidates) if (!(await files.abilities.has(files.ctx, path))) gone.push(path)
  const missing = gone.length + told.size - candidates.length
  return { missing, missingPaths: gone.toSorted().slice(0, shownAtMost) }
}

export function questionOf({ rows, timeLimit }: OrphansOptions): { query: string; timeLimitMs: number } {
  return { query: rows.query, timeLimitMs: timeLimit }
}

function firstOf(files: readonly ListedFile[], most: number): ListedFile[] {
  return files.toSorted((a, b) => (a.path < b.path ? -1 : 1)).slice(0, most)
}
