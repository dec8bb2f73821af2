import type { VerifyAnswer } from '../../../core/backup.ts'
import type { Archive, ArchiveEntry } from '../restore/archive-toc.ts'
import type { PostgresFacts } from './facts.ts'
import type { ReadRows } from './verify-rows.ts'

const gone = 'missing'
const isThere = 'there'

/** Compares what is in a dump with what was counted in its snapshot: every table with its rows, sequences, large objects. */
export function dumpAnswers(
  { entries, encoding }: Archive,
  { rows, largeObjects }: Pick<ReadRows, 'rows' | 'largeObjects'>,
  facts: PostgresFacts,
): readonly VerifyAnswer[] {
  const key = keyOf(encoding)
  const tables = Map.groupBy(
    entries.filter(({ kind }) => kind === 'TABLE'),
    ({ schema, tag }) => key(schema, tag),
  )
  const data = Map.groupBy(
    entries.filter(({ kind }) => kind === 'TABLE DATA'),
    ({ schema, tag }) => key(schema, tag),
  )
  const sequences = new Set(
    entries.filter(({ kind }) => kind === 'SEQUENCE').map(({ schema, tag }) => key(schema, tag)),
  )
  const expected = Map.groupBy(facts.tables, ({ schema, name }) => key(schema, name))
  return [
    ...[...expected].map(([one, named]) =>
      tableAnswer(named, { tables: tables.get(one) ?? [], data: data.get(one) ?? [], rows }),
    ),
    ...facts.sequences.map(({ schema, name }) =>
      answer(`sequence ${schema}.${name}`, isThere, sequences.has(key(schema, name)) ? isThere : gone),
    ),
    ...(facts.largeObjects === null || !isOfOneMoment(facts)
      ? []
      : [answer('large objects', String(facts.largeObjects), String(largeObjects))]),
  ]
}

type Table = PostgresFacts['tables'][number]

/** Of one table; of several where the encoding of the dump does not tell their names apart. */
function tableAnswer(
  named: readonly Table[],
  found: {
    readonly tables: readonly ArchiveEntry[]
    readonly data: readonly ArchiveEntry[]
    readonly rows: ReadRows['rows']
  },
): VerifyAnswer {
  const name = `rows ${named.map((one) => `${one.schema}.${one.name}`).join(', ')}`
  const isWhole = found.tables.length >= named.length
  const counted = named.map((one) => one.rows).filter((rows) => rows !== null)
  const actual = found.data.reduce((sum, { id }) => sum + (found.rows.get(id) ?? 0), 0)
  if (!isWhole || counted.length < named.length) return answer(name, told(named), isWhole ? told(named) : gone)
  const expected = counted.reduce((sum, rows) => sum + rows, 0)
  if (expected > 0 && actual === 0) return { ...answer(name, String(expected), '0'), failure: 'table-empty' }
  return answer(name, String(expected), String(actual))
}

function told(named: readonly Table[]): string {
  const [only] = named
  return named.length === 1 && only?.rows !== null ? String(only?.rows) : isThere
}

function answer(name: string, expected: string, actual: string): VerifyAnswer {
  return { name, status: expected === actual ? 'pass' : 'fail', expected, actual }
}

/** Without a snapshot to share nothing was counted, and what else was seen is of another moment than the dump. */
function isOfOneMoment({ tables, withoutRows }: PostgresFacts): boolean {
  const left = new Set(withoutRows)
  const own = tables.filter(({ schema, name }) => !left.has(`${schema}.${name}`))
  return own.length === 0 || own.some(({ rows }) => rows !== null)
}

/**
 * By which a table is known. Names in the dump are in its encoding, which is read as UTF-8: of another one only what is ASCII can
 * be told, and every encoding of a server has that as it is.
 */
function keyOf(encoding: string): (schema: string, name: string) => string {
  const plain = (text: string): string => (encoding === 'UTF8' ? text : text.replace(/\P{ASCII}+/gu, '\ufffd'))
  return (schema, name) => JSON.stringify([plain(schema), plain(name)])
}
