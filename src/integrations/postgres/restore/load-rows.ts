import type { Client } from 'pg'
import { pieceStore, readRows } from './archive-rows.ts'
import { type ArchiveEntry, damaged } from './archive-toc.ts'
import { LoadLane } from './load-lane.ts'
import type { PieceReader } from './piece-reader.ts'
import { type SharedRows, shareRows } from './share-rows.ts'

/** Pieces of a quarter of a megabyte: what is smaller is done before another session has begun. */
const grownAt = 8

export interface Loading {
  /** The entries whose rows are loaded, in the order of the dump. */
  readonly entries: readonly ArchiveEntry[]
  /** Sessions side by side, at most. */
  readonly lanes: number
  readonly open: () => Promise<Client>
  /** What is thrown of an entry whose rows were not taken. */
  readonly refused: (entry: ArchiveEntry, error: unknown) => unknown
  readonly signal: AbortSignal
}

/**
 * Loads the rows of a dump; gives by entry how many the server has taken. Small tables go side by side, and of a large one each
 * session takes what it can, so that its rows come to stand in another order. Entries come after those that they need.
 */
export async function loadRows(reader: PieceReader, loading: Loading): Promise<ReadonlyMap<number, number>> {
  const byId = new Map(loading.entries.map((entry) => [entry.id, entry]))
  const lanes = Array.from({ length: loading.lanes }, () => new LoadLane(loading.open))
  const going = new Map<number, Promise<number>>()
  const stop = Promise.withResolvers<never>()
  stop.promise.catch(() => undefined)
  const abort = (): void => stop.reject(loading.signal.reason)
  loading.signal.addEventListener('abort', abort, { once: true })
  try {
    const pieces = pieceStore()
    const take = async (id: number, rows: AsyncIterable<Uint8Array>): Promise<void> => {
      const entry = byId.get(id)
      if (entry === undefined) throw damaged()
      await Promise.race([Promise.all(entry.needs.map((need) => going.get(need))), stop.promise])
      const shared = shareRows(rows, grownAt, pieces.give)
      const loaded = spread(entry, shared, lanes).catch((error: unknown) => {
        throw loading.refused(entry, error)
      })
      loaded.catch(stop.reject)
      going.set(id, loaded)
      await Promise.race([shared.ended, stop.promise])
    }
    await Promise.race([readRows(reader, new Set(byId.keys()), take, pieces), stop.promise])
    const counts = new Map<number, number>()
    for (const [id, loaded] of going) counts.set(id, await Promise.race([loaded, stop.promise]))
    return counts
  } finally {
    loading.signal.removeEventListener('abort', abort)
    await Promise.all(lanes.map((lane) => lane.close()))
  }
}

/** Gives how many rows all of them have taken, when all have. */
async function spread({ copy }: ArchiveEntry, shared: SharedRows, lanes: readonly LoadLane[]): Promise<number> {
  const [first, ...others] = lanes.toSorted((a, b) => a.waiting - b.waiting)
  if (first === undefined) throw new Error('rows need a session that loads them')
  const copies = [first.copy(copy, shared.pull())]
  const begun = await Promise.race([shared.ended, shared.grown, ...copies])
  if (begun === 'grown') copies.push(...others.map((lane) => lane.copy(copy, shared.pull())))
  const counts = await Promise.all(copies)
  return counts.reduce((all, count) => all + count, 0)
}
