import type { Client } from 'pg'
import type { BackupFailure, DrillAssertion, DrillQuestion } from '../../../core/backup.ts'
import type { StepContext } from '../../../core/context.ts'
import { codeOf, detailOf } from '../connection/connection.ts'
import { quoted } from '../identifier.ts'
import type { CopyDatabase } from './create-database.ts'
import { majorOf, type PostgresFacts } from './facts.ts'

const gone = 'missing'
/** What the server says of a relation that is not there. */
const notThere = ['42P01', '3F000']

/** Compares a restored copy with the facts of its backup, and asks what the team wants to know. It changes nothing. */
export async function askCopy(
  client: Client,
  facts: PostgresFacts,
  { locale }: CopyDatabase,
  serverMajor: number,
  questions: readonly DrillQuestion[],
  ctx: StepContext,
): Promise<readonly DrillAssertion[]> {
  const { collation } = facts
  return [
    told('PostgreSQL', `${majorOf(facts.serverVersion)}`, `${serverMajor}`, true),
    // Where the machine does not have it, rows are the same and only their order is another.
    told('locale', collation.locale ?? collation.collate, locale, true),
    ...(await extensionAnswers(client, facts)),
    ...(await rowAnswers(client, facts, ctx)),
    ...(await sequenceAnswers(client, facts)),
    ...(await objectAnswers(client, facts)),
    ...(await questionAnswers(client, questions, ctx)),
  ]
}

function told(name: string, expected: string, actual: string, holds: boolean, failure?: BackupFailure): DrillAssertion {
  return {
    ...{ name, expected, actual, status: holds ? 'pass' : 'fail' },
    ...(!holds && failure !== undefined && { failure }),
  }
}

/** A newer one of the same extension took over what the older one had. */
async function extensionAnswers(client: Client, { extensions }: PostgresFacts): Promise<readonly DrillAssertion[]> {
  const { rows } = await client.query<{ name: string; version: string }>(
    'select extname::text as name, extversion::text as version from pg_catalog.pg_extension',
  )
  const versions = new Map(rows.map(({ name, version }) => [name, version]))
  return extensions.map(({ name, version }) => {
    const actual = versions.get(name)
    const holds = actual !== undefined && compareVersions(actual, version) >= 0
    return told(
      `extension ${name}`,
      version,
      actual ?? gone,
      holds,
      actual === undefined ? 'extension-missing' : undefined,
    )
  })
}

async function rowAnswers(
  client: Client,
  { tables }: PostgresFacts,
  ctx: StepContext,
): Promise<readonly DrillAssertion[]> {
  const answers: DrillAssertion[] = []
  for (const { schema, name, rows } of tables) {
    ctx.signal.throwIfAborted()
    const actual = await countOf(client, schema, name)
    const isEmpty = actual === '0' && rows !== null && rows > 0
    const holds = rows === null ? actual !== gone : actual === String(rows)
    const expected = rows === null ? 'there' : String(rows)
    answers.push(told(`rows ${schema}.${name}`, expected, actual, holds, isEmpty ? 'table-empty' : undefined))
  }
  return answers
}

async function countOf(client: Client, schema: string, name: string): Promise<string> {
  try {
    const sql = `select pg_catalog.count(*)::text as count from only ${quoted(schema, name)}`
    return (await client.query<{ count: string }>(sql)).rows[0]?.count ?? gone
  } catch (error) {
    if (notThere.includes(codeOf(error))) return gone
    throw error
  }
}

/** A sequence may have gone on while the dump was made, and never back. */
async function sequenceAnswers(client: Client, { sequences }: PostgresFacts): Promise<readonly DrillAssertion[]> {
  const answers: DrillAssertion[] = []
  const { rows } = await client.query<{ schema: string; name: string; value: string | null }>(
    'select schemaname::text as schema, sequencename::text as name, last_value::text as value from pg_catalog.pg_sequences',
  )
  const values = new Map(rows.map(({ schema, name, value }) => [JSON.stringify([schema, name]), value]))
  for (const { schema, name, value, isDescending } of sequences) {
    const actual = values.get(JSON.stringify([schema, name]))
    const holds =
      actual !== undefined && (value === null || (actual !== null && hasReached(actual, value, isDescending)))
    answers.push(
      told(`sequence ${schema}.${name}`, value ?? 'there', actual === null ? 'unused' : (actual ?? gone), holds),
    )
  }
  return answers
}

function hasReached(actual: string, expected: string, isDescending: boolean): boolean {
  return isDescending ? BigInt(actual) <= BigInt(expected) : BigInt(actual) >= BigInt(expected)
}

async function objectAnswers(client: Client, { largeObjects }: PostgresFacts): Promise<readonly DrillAssertion[]> {
  if (largeObjects === null) return []
  const sql = 'select pg_catalog.count(*)::text as count from pg_catalog.pg_largeobject_metadata'
  const actual = (await client.query<{ count: string }>(sql)).rows[0]?.count ?? gone
  return [told('large objects', String(largeObjects), actual, actual === String(largeObjects))]
}

async function questionAnswers(
  client: Client,
  questions: readonly DrillQuestion[],
  ctx: StepContext,
): Promise<readonly DrillAssertion[]> {
  const answers: DrillAssertion[] = []
  for (const { name, query, expect } of questions) {
    ctx.signal.throwIfAborted()
    const actual = await answerOf(client, query, expect)
    answers.push(told(`sql ${name}`, expect, actual, actual === expect))
  }
  return answers
}

/** `none` when no row came; otherwise the first column of the only one, as PostgreSQL writes it. */
async function answerOf(client: Client, query: string, expect: string): Promise<string> {
  // A transaction of its own that may write nothing: one question changes nothing for the next.
  await client.query('begin read only')
  try {
    const asked = {
      text: query.replace(/[\s;]+$/, ''),
      rowMode: 'array' as const,
      types: { getTypeParser: () => asText },
    }
    const result: { readonly rows: readonly (readonly unknown[])[] } = await client.query(asked)
    const [first, second] = result.rows
    if (first === undefined) return 'none'
    if (expect === 'none' || second !== undefined) return `${result.rows.length} rows`
    const [value] = first
    return value === null || value === undefined ? 'null' : String(value)
  } catch (error) {
    return `error: ${detailOf(error)}`
  } finally {
    await client.query('rollback')
  }
}

const asText = (value: string): string => value

/** By their numbers, as `1.10` is newer than `1.9`; what is no number is compared as text. */
export function compareVersions(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true })
}
