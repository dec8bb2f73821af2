import type { PostgresBackupOptions } from './backup-options.ts'
import type { PostgresFacts } from './facts.ts'
import type { Relation } from './relations.ts'

/** What of a database is copied. */
export interface Selection {
  /** Tables and partitions with rows of their own, and those over them; views and sequences too. */
  readonly relations: readonly Relation[]
  /** By oid: their definition is copied and their rows are not. */
  readonly withoutRows: ReadonlySet<string>
  readonly copied: PostgresFacts['copied']
  /** Names in the options that fit nothing, or more than one thing, by the option. */
  readonly unknown: readonly { readonly option: 'schemas' | 'tables' | 'exclude'; readonly names: readonly string[] }[]
}

type Wanted = Pick<PostgresBackupOptions, 'schemas' | 'tables' | 'exclude'>

const holdsRows = new Set(['r', 'p', 'm', 'f'])

/**
 * Chooses by the options; a table stands for its partitions and children. Of a database whose tables are chosen all
 * definitions are copied: functions, types and keys belong to a table, and without them it could not be restored.
 */
export function select(all: readonly Relation[], { schemas, tables, exclude }: Wanted): Selection {
  const named = resolveAll(all, tables)
  const relations = all.filter(({ schema }) => schemas.length === 0 || schemas.includes(schema))
  const chosen = new Set(withDescendants(all, named.found).map(({ oid }) => oid))
  const others = tables.length === 0 ? [] : all.filter(({ kind, oid }) => holdsRows.has(kind) && !chosen.has(oid))
  const left = resolveAll(all, exclude)
  const known = new Set(all.map(({ schema }) => schema))
  const unknown = [
    { option: 'schemas' as const, names: schemas.filter((one) => !known.has(one)) },
    { option: 'tables' as const, names: named.unknown },
    { option: 'exclude' as const, names: left.unknown },
  ]
  return {
    relations,
    withoutRows: new Set([...others, ...withDescendants(all, left.found)].map(({ oid }) => oid)),
    copied: tables.length > 0 ? 'tables' : schemas.length > 0 ? 'schemas' : 'all',
    unknown: unknown.filter(({ names }) => names.length > 0),
  }
}

function resolveAll(
  all: readonly Relation[],
  names: readonly string[],
): { readonly found: readonly Relation[]; readonly unknown: readonly string[] } {
  const found: Relation[] = []
  const unknown: string[] = []
  const tables = names.length === 0 ? [] : all.filter(({ kind }) => holdsRows.has(kind))
  for (const name of names) {
    const whole = tables.filter((one) => `${one.schema}.${one.name}` === name)
    const fits = whole.length > 0 ? whole : tables.filter((one) => one.name === name)
    const [only] = fits
    if (only !== undefined && fits.length === 1) found.push(only)
    else unknown.push(name)
  }
  return { found, unknown }
}

function withDescendants(all: readonly Relation[], from: readonly Relation[]): readonly Relation[] {
  const children = new Map<string, Relation[]>()
  for (const one of all) for (const parent of one.parents) children.set(parent, [...(children.get(parent) ?? []), one])
  const chosen = new Map(from.map((one) => [one.oid, one]))
  // A map gives what is added while it is walked through too.
  for (const oid of chosen.keys()) for (const child of children.get(oid) ?? []) chosen.set(child.oid, child)
  return all.filter(({ oid }) => chosen.has(oid))
}
