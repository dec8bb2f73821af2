import type { Acting } from '../acting/acting.ts'
import { quoted } from '../identifier.ts'
import { type Belongings, nameWithout } from './archive-belongings.ts'
import type { ArchiveEntry } from './archive-toc.ts'
import { attempt } from './attempt.ts'
import { makeEntry } from './make-entry.ts'
import { tableName } from './wanted-tables.ts'

/** What came back, and what did not. */
export interface BroughtBack {
  /** Foreign keys that hold for what is written from now on; rows of before are to be looked at. */
  readonly unchecked: readonly ForeignKey[]
  /** Views, foreign keys and publications that PostgreSQL refused, with its reason. */
  readonly refused: readonly string[]
}

/** A foreign key, as `alter table … validate constraint` names it. */
export interface ForeignKey {
  readonly schema: string
  readonly table: string
  readonly name: string
}

/** Of what is there already: duplicate_schema, _table, _object, _function, _column, unique_violation of the catalog. */
const thereAlready: ReadonlySet<string> = new Set(['42P06', '42P07', '42710', '42723', '42701'])
/** NOT VALID is not for every table: wrong_object_type, feature_not_supported. */
const notForIt: ReadonlySet<string> = new Set(['42809', '0A000'])

/** Makes what the tables need and is not there any more, then the tables themselves, as yet without rows and indexes. */
export async function makeTables(session: Acting, { foundations, own }: Belongings): Promise<void> {
  // Bodies of functions may name what comes later.
  await session.query('set local check_function_bodies = off; set local row_security = off')
  for (const entry of foundations) {
    const made = await attempt(session, () => makeEntry(session, entry))
    if (!made.ok && !thereAlready.has(made.code)) throw made.error
  }
  for (const entry of own) if (entry.section === 'pre-data') await makeEntry(session, entry)
}

/** Makes what comes after the rows: sequences where they were, indexes, constraints, triggers, policies, comments, grants. */
export async function finishTables(session: Acting, { own }: Belongings): Promise<void> {
  const after = ['data', 'post-data', 'none'] as const
  for (const section of after)
    for (const entry of own)
      if (entry.section === section && entry.kind !== 'TABLE DATA') await makeEntry(session, entry)
}

/**
 * Ties the tables to the others: foreign keys both ways, which are not checked on what is there, so that nobody waits; then
 * the views and publications that went with them. What is refused is told and left out.
 */
export async function tieTables(session: Acting, belongings: Belongings): Promise<BroughtBack> {
  const unchecked: ForeignKey[] = []
  const refused: string[] = []
  for (const entry of belongings.attachments) await makeEntry(session, entry)
  const ownKeys = belongings.ownForeignKeys.map((key) => ({ key, table: ownTable(belongings, key) }))
  for (const { key, table } of [...ownKeys, ...belongings.othersForeignKeys]) {
    if (table === undefined) continue
    const one = { schema: table.schema, table: table.tag, name: nameWithout(key, table) }
    if (!(await isThere(session, table)) || (await hasConstraint(session, one))) continue
    const statement = key.make.replace(/(?: NOT VALID)?;\s*$/, '')
    let made = await attempt(session, () => session.query(`${statement} not valid`))
    if (made.ok) unchecked.push(one)
    else if (notForIt.has(made.code)) made = await attempt(session, () => session.query(key.make))
    if (made.ok) continue
    if (isLock(made.code)) throw made.error
    refused.push(`${table.schema}.${table.tag}.${one.name}: ${reason(made.error)}`)
  }
  refused.push(...(await makeViews(session, belongings.views)))
  for (const entry of belongings.publications) {
    const made = await attempt(session, () => session.query(entry.make))
    if (made.ok || thereAlready.has(made.code)) continue
    if (isLock(made.code)) throw made.error
    refused.push(`${entry.make.trim()} ${reason(made.error)}`)
  }
  return { unchecked, refused }
}

/** lock_not_available, deadlock_detected: another time it may be. */
export function isLock(code: string): boolean {
  return code === '55P03' || code === '40P01'
}

async function makeViews(session: Acting, entries: readonly ArchiveEntry[]): Promise<readonly string[]> {
  const refused: string[] = []
  const left = new Set<number>()
  for (const entry of entries) {
    const isView = entry.kind === 'VIEW' || entry.kind === 'MATERIALIZED VIEW'
    const isOut = isView ? await isThere(session, entry) : entry.needs.some((need) => left.has(need))
    if (isOut) left.add(entry.id)
    if (isOut) continue
    const made = await attempt(session, () => makeEntry(session, entry))
    if (made.ok) continue
    if (isLock(made.code)) throw made.error
    left.add(entry.id)
    refused.push(`${tableName(entry)}: ${reason(made.error)}`)
  }
  return refused
}

function ownTable({ own }: Belongings, key: ArchiveEntry): ArchiveEntry | undefined {
  return own
    .filter(({ id, kind, tag }) => kind === 'TABLE' && key.needs.includes(id) && key.tag.startsWith(`${tag} `))
    .toSorted((a, b) => b.tag.length - a.tag.length)[0]
}

async function isThere(session: Acting, { schema, tag }: ArchiveEntry): Promise<boolean> {
  const { rows } = await session.query('select 1 where to_regclass($1) is not null', [quoted(schema, tag)])
  return rows.length > 0
}

async function hasConstraint(session: Acting, { schema, table, name }: ForeignKey): Promise<boolean> {
  const sql = 'select 1 from pg_constraint where conrelid = to_regclass($1) and conname = $2'
  return (await session.query(sql, [quoted(schema, table), name])).rows.length > 0
}

function reason({ text }: { readonly text: { readonly params: Readonly<Record<string, unknown>> } }): string {
  return String(text.params['detail'] ?? '')
}
