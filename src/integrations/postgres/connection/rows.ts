import type { Component } from '../../../core/check.ts'
import type { StepContext } from '../../../core/context.ts'
import type { RowsAbility, RowsQuestion } from '../../../core/data-abilities.ts'
import { VigieError } from '../../../core/errors.ts'
import { message } from '../../../core/message.ts'
import type { PostgresOptions } from '../options.ts'
import { couldNotAsk, reachRemedy } from '../texts.ts'
import { ask, type Query, type Row, type Unanswered } from './connection.ts'

export const mendQuery = message('postgres.rows-remedy', {
  en: () =>
    'Try the query in psql as the role of the url; the role needs SELECT on the tables that it reads, and BYPASSRLS where policies hide rows',
  fr: () =>
    "Essayez la requête dans psql avec le rôle de l'url ; il lui faut SELECT sur les tables qu'elle lit, et BYPASSRLS là où des politiques cachent des lignes",
})
export const rowsTexts = [couldNotAsk, reachRemedy, mendQuery]

/** Rows of queries that the team wrote, for features that compare them with something else. */
export function postgresRows(options: PostgresOptions): RowsAbility {
  return {
    read: async (ctx, question, take) => {
      const onBatch = (rows: readonly Row[]): boolean => take(rows.map(firstOf))
      await answered(options, question, ctx, {
        sql: `select rows.value::text as value from ${from(question)}`,
        onBatch,
      })
    },
    holds: async (ctx, question, values) => {
      const sql = `select exists (select 1 from ${from(question)} where rows.value::text = any($1::text[])) as held`
      const { rows } = await answered<{ held: boolean }>(options, question, ctx, { sql, values: () => [values] })
      return rows[0]?.held === true
    },
  }
}

const from = ({ query }: RowsQuestion): string => `(\n${query.replace(/[\s;]+$/, '')}\n) as rows(value)`

async function answered<T extends Row>(
  options: PostgresOptions,
  { timeLimitMs }: RowsQuestion,
  ctx: StepContext,
  query: Query,
) {
  const component: Component<PostgresOptions> = {
    ...{ name: '', system: '' },
    options: { ...options, statementTimeout: timeLimitMs },
  }
  const answer = await ask<T>(component, { ...query, isOwn: true }, ctx)
  if (answer.ok) return answer
  ctx.signal.throwIfAborted()
  throw refused(answer)
}

function refused({ refusal: why, detail }: Unanswered): VigieError {
  const hint = why === 'denied' || why === 'statement' ? mendQuery({}) : reachRemedy({ why })
  return new VigieError('no-answer', couldNotAsk({ why, detail }), { hint })
}

function firstOf({ value }: Row): string | null {
  return typeof value === 'string' ? value : null
}
