import * as z from 'zod'
import { type CollectedPoint, defineCollector } from '../../../core/collector.ts'
import { VigieError } from '../../../core/errors.ts'
import { message } from '../../../core/message.ts'
import { ask, type Column, type Row } from '../connection/connection.ts'
import { mendQuery } from '../connection/rows.ts'
import { type SqlShape, sqlPoints } from '../connection/sql-points.ts'
import type { PostgresOptions, SqlMetric } from '../options.ts'
import { isPersonal, pseudonym } from '../pseudonym.ts'
import { couldNotAsk, reachRemedy } from '../texts.ts'

const unclear = message<{ metric: string; columns: string }>('postgres.metric-values', {
  en: (p) => `the metric ${p.metric} does not say which of its columns is the number: ${p.columns}`,
  fr: (p) => `la métrique ${p.metric} ne dit pas laquelle de ses colonnes est le nombre : ${p.columns}`,
})
const nameIt = message<{ column: string }>('postgres.metric-name-it', {
  en: (p) => `Call it value (select count(*) as value …), or write values: ['${p.column}']`,
  fr: (p) => `Appelez-la value (select count(*) as value …), ou écrivez values: ['${p.column}']`,
})
const missing = message<{ metric: string; column: string; columns: string }>('postgres.metric-no-column', {
  en: (p) => `the query of the metric ${p.metric} gives no column ${p.column}; it gives: ${p.columns}`,
  fr: (p) => `la requête de la métrique ${p.metric} ne donne pas de colonne ${p.column} ; elle donne : ${p.columns}`,
})
const tooMany = message<{ metric: string; rows: number }>('postgres.metric-rows', {
  en: (p, f) => `the metric ${p.metric} gives more than ${f.number(p.rows)} rows, and was not counted`,
  fr: (p, f) => `la métrique ${p.metric} donne plus de ${f.number(p.rows)} lignes et n'a pas été comptée`,
})
const group = message('postgres.metric-group', {
  en: () => 'Let the database do it: GROUP BY fewer columns, or ORDER BY … LIMIT',
  fr: () => 'Laissez faire la base : GROUP BY sur moins de colonnes, ou ORDER BY … LIMIT',
})

/** Rows read of one query: what comes back must not fill our memory. */
const maxRows = 10_000
const pseudonymKey = 'pseudonyms'

/** Numbers that a team asks its own database for, each on its own rhythm. */
export const sqlCollector = defineCollector<PostgresOptions>()({
  kind: 'postgres-sql',
  summary: message('postgres.sql-summary', {
    en: () => 'numbers of the business, by queries of your own',
    fr: () => 'chiffres du métier, par vos propres requêtes',
  }),
  options: z.strictObject({}),
  everyMs: 3_600_000,
  messages: [unclear, nameIt, missing, tooMany, group, couldNotAsk, reachRemedy, mendQuery],
  parts: ({ metrics }) =>
    Object.entries(metrics).map(([name, { every, timeLimit }]) => ({
      name,
      everyMs: every,
      // The server ends the query first and says so; connecting takes its own time.
      timeoutMs: timeLimit + 10_000,
    })),
  collect: async (component, _, ctx, name = ''): Promise<readonly CollectedPoint[]> => {
    const metric = component.options.metrics[name]
    if (metric === undefined) return []
    const limited = { ...component, options: { ...component.options, statementTimeout: metric.timeLimit } }
    const question = { sql: bounded(metric.query), values: () => [maxRows + 1], isOwn: true }
    const answer = await ask<Row>(limited, question, ctx)
    if (!answer.ok) {
      const { refusal: why, detail } = answer
      const hint = why === 'denied' || why === 'statement' ? mendQuery({}) : reachRemedy({ why })
      throw new VigieError('no-answer', couldNotAsk({ why, detail }), { hint })
    }
    if (answer.rows.length > maxRows)
      throw new VigieError('no-answer', tooMany({ metric: name, rows: maxRows }), { hint: group({}) })
    const shape = shapeOf(name, metric, answer.columns)
    const isHidden = hiddenBy(metric)
    const key = shape.labels.some(isHidden) ? await ctx.ownKey(pseudonymKey) : ''
    return sqlPoints(name, answer.rows, shape, metric, (column, text) =>
      isHidden(column) && text !== '' ? pseudonym(key, text) : text,
    )
  },
})

/** With a value, so that the server takes one statement only: none that ends the read-only transaction can follow. */
function bounded(query: string): string {
  return `select * from (\n${query.replace(/;\s*$/, '')}\n) as metric limit $1`
}

/** Which columns nobody shall read: those that are named, else those whose names speak of a person. */
function hiddenBy({ pseudonymise }: SqlMetric): (column: string) => boolean {
  return pseudonymise === undefined ? isPersonal : (column) => pseudonymise.includes(column)
}

function shapeOf(metric: string, settings: SqlMetric, columns: readonly Column[]): SqlShape {
  const { values, pseudonymise = [] } = settings
  const names = columns.map(({ name }) => name)
  const listed = names.join(', ')
  for (const column of [...(values ?? []), ...pseudonymise]) {
    if (!names.includes(column))
      throw new VigieError('no-answer', missing({ metric, column, columns: listed }), {
        hint: nameIt({ column: names[0] ?? '' }),
      })
  }
  const numeric = columns.filter(({ name, isNumeric }) => isNumeric && !hiddenBy(settings)(name))
  const chosen = values ?? (names.includes('value') ? ['value'] : numeric.map(({ name }) => name))
  const [only, ...others] = chosen
  if (only === undefined || (values === undefined && others.length > 0))
    throw new VigieError('no-answer', unclear({ metric, columns: listed }), {
      hint: nameIt({ column: only ?? names[0] ?? '' }),
    })
  return { values: chosen, labels: names.filter((name) => !chosen.includes(name)) }
}
