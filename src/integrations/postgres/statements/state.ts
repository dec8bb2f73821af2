import type { JsonObject, JsonValue } from '../../../core/json.ts'

/** What PostgreSQL has counted of a statement. Times in milliseconds. */
export type Counters = {
  readonly calls: number
  readonly totalMs: number
  readonly rows: number
  /** Blocks of shared memory found there, and read from outside. */
  readonly hitBlocks: number
  readonly readBlocks: number
  /** Written to temporary files. */
  readonly tempBytes: number
}

/** One shape of statement of one role, as `pg_stat_statements` has it. */
export type Entry = Counters & {
  readonly userId: string
  /** 64 bits, with a sign: a text. */
  readonly id: string
  /** False of a statement within a function. */
  readonly isTop: boolean
  /** Since when it is counted, by the clock of the server; null before PostgreSQL 17. */
  readonly sinceMs: number | null
  /** Its longest call since then. */
  readonly maxMs: number
}

/** All counters of one database at one time, without texts. */
export interface State {
  /** Of which database of which server: counters of another one say nothing here. */
  readonly server: string
  /** By the clock of the server, milliseconds since 1970. */
  readonly atMs: number
  /** When all counters began at zero; null before PostgreSQL 14. */
  readonly resetMs: number | null
  /** How often the least called were thrown out since then to make room; null before PostgreSQL 14. */
  readonly evictions: number | null
  /** Names of roles by their number. */
  readonly users: Readonly<Record<string, string>>
  /** Those with the most time. */
  readonly entries: readonly Entry[]
  /** How many are not among the entries, and what they sum up to. */
  readonly rest: Counters & { readonly count: number }
}

export const nothing: Counters = { calls: 0, totalMs: 0, rows: 0, hitBlocks: 0, readBlocks: 0, tempBytes: 0 }

export function keyOf({ userId, id, isTop }: Pick<Entry, 'userId' | 'id' | 'isTop'>): string {
  return `${userId}:${id}:${isTop ? 'top' : 'nested'}`
}

const version = 1

/** As it is kept: one array an entry, since thousands of them would repeat their names. */
export function toBody({ entries, users, rest, ...head }: State): JsonObject {
  return {
    version,
    ...head,
    users: { ...users },
    rest: { ...rest },
    entries: entries.map((one) => [
      ...[one.userId, one.id, one.isTop, one.sinceMs, one.maxMs],
      ...[one.calls, one.totalMs, one.rows, one.hitBlocks, one.readBlocks, one.tempBytes],
    ]),
  }
}

/** Undefined of what another version kept: then there is nothing to compare with. */
export function fromBody(body: JsonValue | undefined): State | undefined {
  if (!isObject(body) || body['version'] !== version) return undefined
  const { server, atMs, resetMs, evictions, users, rest, entries } = body
  if (typeof server !== 'string' || typeof atMs !== 'number' || !isObject(users) || !isObject(rest)) return undefined
  if (!Array.isArray(entries)) return undefined
  const read = entries.map(entryOf)
  const known = read.filter((one) => one !== undefined)
  if (known.length !== read.length) return undefined
  const number = (name: string): number => (typeof rest[name] === 'number' ? rest[name] : 0)
  return {
    ...{ server, atMs, resetMs: orNull(resetMs), evictions: orNull(evictions), entries: known },
    users: Object.fromEntries(Object.entries(users).map(([id, name]) => [id, String(name)])),
    rest: {
      ...{ count: number('count'), calls: number('calls'), totalMs: number('totalMs'), rows: number('rows') },
      ...{ hitBlocks: number('hitBlocks'), readBlocks: number('readBlocks'), tempBytes: number('tempBytes') },
    },
  }
}

function entryOf(row: JsonValue): Entry | undefined {
  if (!Array.isArray(row)) return undefined
  const [userId, id, isTop, sinceMs, ...numbers] = row
  const [maxMs, calls, totalMs, rows, hitBlocks, readBlocks, tempBytes] = numbers.filter(
    (one) => typeof one === 'number',
  )
  if (typeof userId !== 'string' || typeof id !== 'string' || tempBytes === undefined) return undefined
  return {
    ...{ userId, id, isTop: isTop === true, sinceMs: orNull(sinceMs), maxMs: maxMs ?? 0, calls: calls ?? 0 },
    ...{ totalMs: totalMs ?? 0, rows: rows ?? 0, hitBlocks: hitBlocks ?? 0, readBlocks: readBlocks ?? 0, tempBytes },
  }
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function orNull(value: JsonValue | undefined): number | null {
  return typeof value === 'number' ? value : null
}
