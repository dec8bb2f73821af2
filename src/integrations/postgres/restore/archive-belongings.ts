import type { ArchiveEntry } from './archive-toc.ts'

/** What makes a table whole, besides its rows. */
const own: ReadonlySet<string> = new Set([
  ...['DEFAULT', 'CONSTRAINT', 'CHECK CONSTRAINT', 'FK CONSTRAINT', 'INDEX', 'INDEX ATTACH', 'TABLE ATTACH'],
  ...['TRIGGER', 'RULE', 'POLICY', 'ROW SECURITY', 'STATISTICS', 'COMMENT', 'ACL', 'SECURITY LABEL'],
  ...['SEQUENCE', 'SEQUENCE OWNED BY', 'SEQUENCE SET'],
])
/** Those that name their table first: `policies policies_pkey`; one of another table may need ours too. */
const ofTheirTable: ReadonlySet<string> = new Set([
  ...['DEFAULT', 'CONSTRAINT', 'CHECK CONSTRAINT', 'FK CONSTRAINT', 'TRIGGER', 'RULE', 'POLICY'],
])
const views: ReadonlySet<string> = new Set(['VIEW', 'MATERIALIZED VIEW'])
const ofViews: ReadonlySet<string> = new Set([
  ...['VIEW', 'MATERIALIZED VIEW', 'MATERIALIZED VIEW DATA', 'RULE', 'INDEX', 'TRIGGER', 'DEFAULT', 'COMMENT', 'ACL'],
])
/** What stands on its own, and may have gone with a table. */
const foundations: ReadonlySet<string> = new Set([
  ...['SCHEMA', 'EXTENSION', 'TYPE', 'SHELL TYPE', 'DOMAIN', 'SEQUENCE', 'FUNCTION', 'PROCEDURE', 'AGGREGATE'],
  ...['COLLATION', 'OPERATOR', 'OPERATOR CLASS', 'OPERATOR FAMILY', 'CAST', 'SERVER', 'ACCESS METHOD'],
  ...['TEXT SEARCH CONFIGURATION', 'TEXT SEARCH DICTIONARY', 'TEXT SEARCH PARSER', 'TEXT SEARCH TEMPLATE'],
])
const relations: ReadonlySet<string> = new Set(['TABLE', 'VIEW', 'MATERIALIZED VIEW', 'FOREIGN TABLE'])

export interface Belongings {
  /** What must be there before the tables, in the order to make it. What already is there is left as it is. */
  readonly foundations: readonly ArchiveEntry[]
  /** Other tables and views that must be there before. */
  readonly relations: readonly ArchiveEntry[]
  /** The tables, and what is theirs but foreign keys, in the order to make it; rows come after `TABLE`s. */
  readonly own: readonly ArchiveEntry[]
  readonly ownForeignKeys: readonly ArchiveEntry[]
  /** What makes them, and their indexes, partitions of tables that stand: done when their own indexes are there. */
  readonly attachments: readonly ArchiveEntry[]
  /** Foreign keys of other tables to these, with the table that bears each. */
  readonly othersForeignKeys: readonly { readonly key: ArchiveEntry; readonly table: ArchiveEntry }[]
  /** What reads them, and what belongs to that, in the order to make it. */
  readonly views: readonly ArchiveEntry[]
  readonly publications: readonly ArchiveEntry[]
}

/** What comes back with tables that are gone: all that a dump says of them. Entries come after what they need. */
export function belongingsOf(entries: readonly ArchiveEntry[], tables: readonly ArchiveEntry[]): Belongings {
  const byId = new Map(entries.map((one) => [one.id, one]))
  const mine = new Set(tables.map(({ id }) => id))
  const bearer = (one: ArchiveEntry): ArchiveEntry | undefined => bearerOf(one, byId)
  for (const one of entries)
    if (own.has(one.kind)) {
      const isOurs = ofTheirTable.has(one.kind)
        ? mine.has(bearer(one)?.id ?? -1)
        : one.needs.some((need) => mine.has(need))
      if (isOurs) mine.add(one.id)
    }
  const all = entries.filter(({ id }) => mine.has(id))
  const attachments = all.filter(
    ({ kind, needs }) =>
      (kind === 'TABLE ATTACH' || kind === 'INDEX ATTACH') && needs.some((need) => byId.has(need) && !mine.has(need)),
  )
  const needed = neededBy(
    all.filter(({ kind }) => kind !== 'FK CONSTRAINT'),
    byId,
    mine,
  )
  const readers = new Set<number>()
  for (const one of entries) {
    if (mine.has(one.id) || needed.has(one.id) || !ofViews.has(one.kind)) continue
    const reads = (need: number): boolean => readers.has(need) || (views.has(one.kind) && mine.has(need))
    if (one.needs.some(reads)) readers.add(one.id)
  }
  return {
    foundations: entries.filter(({ id, kind }) => needed.has(id) && foundations.has(kind)),
    relations: entries.filter(({ id, kind }) => needed.has(id) && relations.has(kind)),
    own: all.filter((one) => one.kind !== 'FK CONSTRAINT' && !attachments.includes(one)),
    attachments,
    ownForeignKeys: all.filter(({ kind }) => kind === 'FK CONSTRAINT'),
    othersForeignKeys: entries.flatMap((key) => {
      if (key.kind !== 'FK CONSTRAINT' || mine.has(key.id) || !key.needs.some((need) => mine.has(need))) return []
      const table = bearer(key)
      return table === undefined ? [] : [{ key, table }]
    }),
    views: entries.filter(({ id }) => readers.has(id)),
    publications: entries.filter(
      ({ kind, needs }) => kind === 'PUBLICATION TABLE' && needs.some((need) => mine.has(need)),
    ),
  }
}

/** What is left of `policies policies_pkey` without the table: `policies_pkey`. */
export function nameWithout({ tag }: ArchiveEntry, table: ArchiveEntry): string {
  return tag.slice(table.tag.length + 1)
}

/** The table that a constraint, a trigger or the like stands on: of those it needs, the one that its name begins with. */
function bearerOf(one: ArchiveEntry, byId: ReadonlyMap<number, ArchiveEntry>): ArchiveEntry | undefined {
  return one.needs
    .flatMap((need) => byId.get(need) ?? [])
    .filter((need) => relations.has(need.kind) && need.schema === one.schema && one.tag.startsWith(`${need.tag} `))
    .toSorted((a, b) => b.tag.length - a.tag.length)[0]
}

/** Other relations are not made, so what they need is not asked for. */
function neededBy(
  all: readonly ArchiveEntry[],
  byId: ReadonlyMap<number, ArchiveEntry>,
  mine: ReadonlySet<number>,
): ReadonlySet<number> {
  const needed = new Set<number>()
  const left = [...all]
  for (let one = left.pop(); one !== undefined; one = left.pop())
    for (const need of one.needs) {
      const entry = byId.get(need)
      if (entry === undefined || mine.has(need) || needed.has(need)) continue
      needed.add(need)
      if (!relations.has(entry.kind)) left.push(entry)
    }
  return needed
}
