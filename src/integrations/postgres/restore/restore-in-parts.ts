import { BackupError, type StoredPart } from '../../../core/backup.ts'
import type { StepContext } from '../../../core/context.ts'
import { VigieError } from '../../../core/errors.ts'
import { dumpFailed, dumpFailedHint } from '../backup/dump-texts.ts'
import { codeOf, detailOf, refusalOf } from '../connection/connection.ts'
import type { Archive, ArchiveEntry } from './archive-toc.ts'
import { rowsRefused, rowsRefusedRemedy, serverFull, serverFullRemedy } from './database-texts.ts'
import { loadRows } from './load-rows.ts'
import { cutArchive } from './piece-reader.ts'
import { openLoading } from './restore-session.ts'
import { withScratchFile } from './scratch-dump.ts'
import { withArchive } from './stored-archive.ts'

/** Rows that the server said it took, by `tableKey`; of tables that were made for them alone. */
export type Loaded = ReadonlyMap<string, number>

export interface InParts {
  readonly url: string
  readonly serverVersion: number
  readonly jobs: number
  /** Runs pg_restore with these arguments into the database. */
  readonly restore: (args: readonly string[]) => Promise<void>
}

/** The share of the way that the rows are, as it is shown; indexes and keys are the rest. */
const rowsShare = 0.7
const diskFull = '53100'

export function tableKey(schema: string, name: string): string {
  return JSON.stringify([schema, name])
}

/** All data in it are rows that COPY takes, under names that we can say: there are no large objects. */
export function hasOnlyRows({ entries, encoding }: Archive): boolean {
  return entries.every(({ kind, copy, hasData }) => {
    if (!hasData) return true
    // What we say ourselves is UTF-8; of another encoding only ASCII is the same.
    return kind === 'TABLE DATA' && /^COPY [^\0]*FROM stdin;\s*$/s.test(copy) && (encoding === 'UTF8' || isAscii(copy))
  })
}

/**
 * Has pg_restore make what comes before the rows, loads those in several sessions as they are read, and has pg_restore make the
 * rest. Only the table of contents is written to this machine. The dump is read to its end: what it holds is not sure before.
 */
export async function restoreInParts(part: StoredPart, way: InParts, ctx: StepContext): Promise<Loaded> {
  let bytes = 0
  const read = async function* (): AsyncGenerator<Uint8Array> {
    for await (const piece of part.read()) {
      ctx.signal.throwIfAborted()
      bytes += piece.byteLength
      ctx.progress(part.bytes === 0 ? 0 : Math.min(1, bytes / part.bytes) * rowsShare)
      yield piece
    }
  }
  return withArchive({ read }, (archive, reader, head) =>
    withScratchFile([head], head.length, ctx, async (contents) => {
      await way.restore(['--section=pre-data', contents])
      const counts = await loadRows(reader, {
        entries: archive.entries.filter(({ hasData }) => hasData),
        lanes: way.jobs,
        open: () => openLoading(way.url, way.serverVersion, archive.encoding),
        refused,
        signal: ctx.signal,
      })
      while (await reader.has(1)) reader.take(reader.ready)
      if (bytes !== part.bytes) throw cutArchive()
      const rest = Buffer.from(restOf(archive))
      await withScratchFile([rest], rest.length, ctx, (list) =>
        way.restore(['--section=data', '--section=post-data', `--use-list=${list}`, `--jobs=${way.jobs}`, contents]),
      )
      return loadedOf(archive, counts)
    }),
  )
}

/** What pg_restore is to make yet, as it reads it: one number in a line. */
function restOf({ entries }: Archive): string {
  return entries
    .filter(({ hasData }) => !hasData)
    .map(({ id }) => `${id};\n`)
    .join('')
}

/** A table of an extension may have rows of its own before. */
function loadedOf({ entries }: Archive, counts: ReadonlyMap<number, number>): Loaded {
  const made = new Set(entries.filter(({ kind }) => kind === 'TABLE').map(({ id }) => id))
  const loaded = new Map<string, number>()
  for (const { id, schema, tag, needs } of entries) {
    const count = counts.get(id)
    if (count !== undefined && needs.some((need) => made.has(need))) loaded.set(tableKey(schema, tag), count)
  }
  return loaded
}

function refused({ schema, tag }: ArchiveEntry, error: unknown): unknown {
  const code = codeOf(error)
  const isAnswer = /^[0-9A-Z]{5}$/.test(code)
  if (error instanceof VigieError || !(isAnswer || refusalOf(error) === 'cut')) return error
  const detail = detailOf(error)
  if (code === diskFull)
    return new BackupError('no-space', serverFull({ detail }), { hint: serverFullRemedy({}), cause: error })
  if (refusalOf(error) === 'cut') {
    const text = dumpFailed({ program: 'PostgreSQL', why: 'cut', detail })
    return new BackupError('unreachable', text, { hint: dumpFailedHint({ why: 'cut' }), cause: error })
  }
  const text = rowsRefused({ table: `${schema}.${tag}`, detail })
  return new BackupError('assertion', text, { hint: rowsRefusedRemedy({}), cause: error })
}

function isAscii(text: string): boolean {
  return Buffer.byteLength(text) === text.length && !text.includes('\uFFFD')
}
