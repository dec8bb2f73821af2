import type { Component } from '../../../core/check.ts'
import type { StepContext } from '../../../core/context.ts'
import { type Answer, ask } from '../connection/connection.ts'
import { systemSchemas } from '../identifier.ts'
import type { PostgresOptions } from '../options.ts'
import { keyOf } from './index-usage.ts'

type Definition = {
  readonly schema: string
  readonly name: string
  /** '' while somebody holds its table exclusively: to print an expression is to wait for it. */
  readonly ddl: string
}

const sql = `
  select n.nspname as schema, c.relname as name,
         case when i.indrelid in (
           select l.relation from pg_locks l where l.relation is not null and l.mode = 'AccessExclusiveLock'
             and l.database = (select oid from pg_database where datname = current_database())
         ) then '' else pg_get_indexdef(c.oid) || ';' end as ddl
  from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
  where n.nspname not in ${systemSchemas} and n.nspname not like 'pg\\_temp\\_%' and n.nspname not like 'pg\\_toast%'`

/** The statement that makes each index, by `keyOf`. */
export async function indexDefinitions(
  component: Component<PostgresOptions>,
  ctx: StepContext,
): Promise<
  Extract<Answer<Definition>, { ok: false }> | { readonly ok: true; readonly ddl: ReadonlyMap<string, string> }
> {
  const answer = await ask<Definition>(component, { sql }, ctx)
  if (!answer.ok) return answer
  return { ok: true, ddl: new Map(answer.rows.map(({ schema, name, ddl }) => [keyOf(schema, name), ddl])) }
}
