import { BackupError } from '../../../core/backup.ts'
import { VigieError } from '../../../core/errors.ts'
import { message } from '../../../core/message.ts'
import type { ArchiveEntry } from './archive-toc.ts'

const tableNotThere = message<{ table: string; backup: string; names: string }>('postgres.restore-no-table', {
  en: (p) => `backup ${p.backup} holds no table ${p.table}`,
  fr: (p) => `la sauvegarde ${p.backup} ne contient pas de table ${p.table}`,
})
const tableNotThereRemedy = message<{ names: string }>('postgres.restore-no-table-remedy', {
  en: (p) => (p.names === '' ? 'It holds no tables at all' : `It holds, the nearest first: ${p.names}`),
  fr: (p) =>
    p.names === '' ? 'Elle ne contient aucune table' : `Elle contient, les plus proches d'abord : ${p.names}`,
})
const severalTables = message<{ table: string; names: string }>('postgres.restore-several-tables', {
  en: (p) => `several tables are called ${p.table}: ${p.names}`,
  fr: (p) => `plusieurs tables s'appellent ${p.table} : ${p.names}`,
})
const severalTablesRemedy = message('postgres.restore-several-tables-remedy', {
  en: () => 'Name the schema too: schema.table',
  fr: () => 'Nommez aussi le schéma : schéma.table',
})
const noRows = message<{ table: string; backup: string }>('postgres.restore-no-rows', {
  en: (p) => `backup ${p.backup} holds the definition of ${p.table}, but its rows were left out`,
  fr: (p) => `la sauvegarde ${p.backup} contient la définition de ${p.table}, mais ses lignes ont été laissées de côté`,
})
const noRowsRemedy = message('postgres.restore-no-rows-remedy', {
  en: () => 'See "exclude" in the backup options of the component',
  fr: () => 'Voyez « exclude » dans les options backup du composant',
})
export const wantedTexts = [
  ...[tableNotThere, tableNotThereRemedy, severalTables, severalTablesRemedy, noRows, noRowsRemedy],
]

const shownNames = 5

/** A table in a dump, and where its rows are. */
export interface StoredTable {
  readonly entry: ArchiveEntry
  /** Undefined for a table over partitions, and for a foreign one: it has no rows of its own. */
  readonly rows: ArchiveEntry | undefined
}

/**
 * The tables of these names, as `table` or `schema.table`, with their partitions. Throws `action-refused` when there is none
 * of a name, or several.
 */
export function wantedTables(
  entries: readonly ArchiveEntry[],
  names: readonly string[],
  backup: string,
): readonly StoredTable[] {
  const tables = entries.filter(({ kind }) => kind === 'TABLE')
  const found = new Set(names.map((name) => oneTable(tables, name, backup)))
  // A partition comes after the table that it is one of, and an attachment bears the name of the partition.
  for (const { needs, schema, tag } of entries.filter(({ kind }) => kind === 'TABLE ATTACH')) {
    const partition = tables.find((one) => needs.includes(one.id) && one.schema === schema && one.tag === tag)
    const isOfOurs = [...found].some(({ id }) => id !== partition?.id && needs.includes(id))
    if (partition !== undefined && isOfOurs) found.add(partition)
  }
  return tables.filter((one) => found.has(one)).map((entry) => ({ entry, rows: rowsOf(entries, entry, backup) }))
}

/** How people name a table. */
export function tableName({ schema, tag }: Pick<ArchiveEntry, 'schema' | 'tag'>): string {
  return `${schema}.${tag}`
}

function oneTable(tables: readonly ArchiveEntry[], name: string, backup: string): ArchiveEntry {
  const whole = tables.filter((one) => tableName(one) === name)
  const found = whole.length > 0 ? whole : tables.filter(({ tag }) => tag === name)
  const [table] = found
  if (table === undefined) {
    const names = nearest(name, tables.map(tableName)).join(', ')
    throw new VigieError('action-refused', tableNotThere({ table: name, backup, names }), {
      hint: tableNotThereRemedy({ names }),
    })
  }
  if (found.length > 1)
    throw new VigieError('action-refused', severalTables({ table: name, names: found.map(tableName).join(', ') }), {
      hint: severalTablesRemedy({}),
    })
  return table
}

function rowsOf(entries: readonly ArchiveEntry[], table: ArchiveEntry, backup: string): ArchiveEntry | undefined {
  const rows = entries.find(({ kind, needs }) => kind === 'TABLE DATA' && needs.includes(table.id))
  if (rows === undefined && !/\bPARTITION BY\b/.test(table.make) && !table.make.startsWith('CREATE FOREIGN TABLE'))
    throw new BackupError('truncated', noRows({ table: tableName(table), backup }), { hint: noRowsRemedy({}) })
  return rows
}

/** By how many pairs of letters they share (Dice): right for a slip of the pen, a plural, a word left out. */
function nearest(name: string, known: readonly string[]): readonly string[] {
  const pairs = pairsOf(name)
  return known
    .map((one) => {
      const others = pairsOf(one)
      return { one, shared: [...pairs].filter((pair) => others.has(pair)).length / (pairs.size + others.size || 1) }
    })
    .toSorted((a, b) => b.shared - a.shared)
    .slice(0, shownNames)
    .map(({ one }) => one)
}

function pairsOf(text: string): ReadonlySet<string> {
  const letters = text.toLowerCase().split('.').at(-1) ?? ''
  return new Set(Array.from({ length: Math.max(0, letters.length - 1) }, (_, at) => letters.slice(at, at + 2)))
}
