import type { Transaction } from 'kysely'
import { sha256 } from '../../core/hash.ts'
import { keyOf, type Labels, type Point } from '../../core/series.ts'
import { batches, json, plain } from '../codec.ts'
import type { Tables } from '../schema.ts'

/** Series remembered; beyond them memory is begun anew. About 200 bytes each. */
const remembered = 50_000
/** PostgreSQL cannot index a row of more than 2,704 bytes, and ten labels of this length stay below. */
const longestValue = 200

export interface SeriesIds {
  /** The number of each series by its key, those that are new made in this transaction. */
  find(tx: Transaction<Tables>, system: string, points: readonly Point[]): Promise<ReadonlyMap<string, number>>
  /** Remembers them, when they are sure to be there. */
  keep(system: string, ids: ReadonlyMap<string, number>): void
}

export function createSeriesIds(): SeriesIds {
  const known = new Map<string, Map<string, number>>()
  let size = 0
  return {
    find: async (tx, system, points) => {
      const own = known.get(system)
      const found = new Map<string, number>()
      const missing = new Map<string, Point>()
      for (const point of points) {
        const key = keyOf(point)
        const id = own?.get(key)
        if (id === undefined) missing.set(key, point)
        else found.set(key, id)
      }
      if (missing.size > 0) await findOrMake(tx, system, missing, found)
      return found
    },
    keep: (system, ids) => {
      if (size > remembered) {
        known.clear()
        size = 0
      }
      const own = known.get(system) ?? new Map<string, number>()
      known.set(system, own)
      const before = own.size
      for (const [key, id] of ids) own.set(key, id)
      size += own.size - before
    },
  }
}

async function findOrMake(
  tx: Transaction<Tables>,
  system: string,
  missing: ReadonlyMap<string, Point>,
  found: Map<string, number>,
): Promise<void> {
  const names = [...new Set([...missing.values()].map(({ name }) => name))]
  // By the text of the row: two keys whose texts are equal once they are kept are one series.
  const texts = new Map([...missing].map(([key, { name, labels }]) => [key, rowKey(name, textOf(labels))]))
  const rows = new Map<string, number>()
  const look = async (): Promise<void> => {
    const all = tx.selectFrom('series').select(['id', 'name', 'labels']).where('system', '=', system)
    for (const batch of batches(names)) {
      const there = await all.where('name', 'in', batch).execute()
      for (const { id, name, labels } of there) rows.set(rowKey(name, labels), id)
    }
  }
  await look()
  const wanted = new Map<string, Point>()
  for (const [key, point] of missing) {
    const text = texts.get(key) ?? ''
    if (!rows.has(text)) wanted.set(text, point)
  }
  const values = [...wanted]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { name, labels }]) => ({ system, name, labels: textOf(labels) }))
  for (const batch of batches(values)) {
    await tx
      .insertInto('series')
      .values(batch)
      .onConflict((conflict) => conflict.columns(['system', 'name', 'labels']).doNothing())
      .execute()
  }
  if (values.length > 0) await look()
  for (const [key, text] of texts) {
    const id = rows.get(text)
    if (id === undefined) throw new Error(`series not found after it was made: ${key}`)
    found.set(key, id)
  }
}

const rowKey = (name: string, labels: string): string => `${name}\n${labels}`

/** Keys in order, so that equal labels are equal texts. */
function textOf(labels: Labels): string {
  const kept = keptLabels(labels)
  return json(
    Object.fromEntries(
      Object.keys(kept)
        .toSorted()
        .map((key) => [key, kept[key]]),
    ),
  )
}

/** Labels as they are stored. */
export function keptLabels(labels: Labels): Labels {
  return Object.fromEntries(Object.entries(labels).map(([key, value]) => [key, bounded(plain(value))]))
}

function bounded(value: string): string {
  if (value.length <= longestValue) return value
  return `${value.slice(0, longestValue - 17).toWellFormed()}…${sha256(value).slice(0, 16)}`
}
