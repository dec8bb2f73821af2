import type { Acting } from '../acting/acting.ts'
import { quoted } from '../identifier.ts'
import type { Condition } from './condition.ts'
import { isReferenced, type Reference, referencesOf } from './references.ts'
import { refuseRule } from './refusal.ts'
import type { Subject } from './subject.ts'

/** What may still go or change in other tables, by foreign key: what the look counted, less what batches took. */
export interface ReferenceBudget {
  /**
   * Asks what would go or change with these rows, which are locked: from here on nobody can make another row point to
   * them. Gives what a committed batch is to take off. Throws `action-refused` when it is more than is left.
   */
  prove(session: Acting, subject: Subject, keys: readonly (readonly string[])[]): Promise<readonly Reference[]>
  take(references: readonly Reference[]): void
}

export function createReferenceBudget(counted: readonly Reference[]): ReferenceBudget {
  const left = new Map<string, number>()
  const add = (references: readonly Reference[], sign: 1 | -1): void => {
    for (const one of references) left.set(nameOf(one), (left.get(nameOf(one)) ?? 0) + sign * one.count)
  }
  add(counted, 1)
  return {
    prove: async (session, subject, keys) => {
      if (keys.length === 0 || !(await isReferenced(session, subject))) return []
      const found = await referencesOf(session, subject, conditionOfKeys(subject, keys))
      const needed = new Map<string, number>()
      for (const one of found) needed.set(nameOf(one), (needed.get(nameOf(one)) ?? 0) + one.count)
      const more = found.find((one) => (needed.get(nameOf(one)) ?? 0) > (left.get(nameOf(one)) ?? 0))
      if (more === undefined) return found
      const { rule, schema, table } = subject
      const detail = `${more.table} ${more.count} (${more.constraint}, ${more.action})`
      throw refuseRule({ rule, table: `${schema}.${table}`, why: 'referenced-since', detail })
    },
    take: (references) => add(references, -1),
  }
}

function conditionOfKeys({ key }: Subject, keys: readonly (readonly string[])[]): Condition {
  const own = key.map(({ name }) => quoted(name)).join(', ')
  const lists = key.map(({ type }, index) => `$${index + 1}::text[]::${type}[]`).join(', ')
  return { sql: `(${own}) in (select * from unnest(${lists}))`, values: key.map((_, at) => keys.map((one) => one[at])) }
}

function nameOf({ table, constraint, action }: Reference): string {
  return JSON.stringify([table, constraint, action])
}
