import { VigieError } from '../../../core/errors.ts'
import type { Acting } from '../acting/acting.ts'
import { detailOf } from '../connection/connection.ts'
import { quoted } from '../identifier.ts'
import { refuseRule } from './refusal.ts'
import type { RetentionRule } from './rule.ts'
import { operatorOf, type Subject } from './subject.ts'

/** Which rows go: SQL over the bare names of the table's columns, with its values from $1 on. */
export interface Condition {
  readonly sql: string
  readonly values: readonly unknown[]
}

/**
 * Rows older than the beginning of the day (UTC), of which `where` is true and `hold` is false: what cannot be told stays.
 * So do rows without a time, and those of the times `-infinity` and `infinity`.
 */
export function conditionOf({ age, key }: Subject, rule: RetentionRule, day: string): Condition {
  const column = quoted(age.name)
  const parts = [`${column} < $1::text::${age.type}`, `isfinite(${column})`]
  const values: unknown[] = [`${day} 00:00:00+00`]
  // On a line of its own each, so that a comment at its end hides nothing.
  if (rule.where !== undefined) parts.push(`((${rule.where}\n) is true)`)
  if (typeof rule.hold === 'string') parts.push(`((${rule.hold}\n) is false)`)
  if (Array.isArray(rule.hold)) {
    for (const one of key) parts.push(`${quoted(one.name)} ${operatorOf(one, '<>')} all ($2::text[]::${one.type}[])`)
    values.push(rule.hold.map(String))
  }
  return { sql: parts.join(' and '), values }
}

/**
 * Lets the server plan the conditions, bare and between brackets: what it accepts both ways is one condition and nothing
 * else. Nothing is executed. Throws `action-refused`.
 */
export async function provePredicates(session: Acting, subject: Subject, rule: RetentionRule): Promise<void> {
  const predicates = [rule.where, typeof rule.hold === 'string' ? rule.hold : undefined]
  // With a value the server takes one statement alone, and refuses several.
  const from = `explain select 1 from ${subject.sql} where $1::bool and`
  for (const predicate of predicates) {
    if (predicate === undefined) continue
    for (const form of [predicate, `((${predicate}\n) is true)`])
      await proved(session, subject, `${from} ${form}\n`, [true])
  }
  const { sql, values } = conditionOf(subject, rule, '2000-01-01')
  await proved(session, subject, `explain select 1 from ${subject.sql} where ${sql}`, values)
}

async function proved(session: Acting, subject: Subject, sql: string, values: readonly unknown[]): Promise<void> {
  try {
    await session.query(sql, values)
  } catch (error) {
    const cause = error instanceof VigieError ? error.cause : error
    const { rule, schema, table } = subject
    throw refuseRule({ rule, table: `${schema}.${table}`, why: 'predicate', detail: detailOf(cause) })
  }
}
