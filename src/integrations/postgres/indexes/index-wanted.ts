import type { Component } from '../../../core/check.ts'
import type { StepContext } from '../../../core/context.ts'
import { VigieError } from '../../../core/errors.ts'
import { ask } from '../connection/connection.ts'
import { readerOf } from '../connection/reader.ts'
import { quoted } from '../identifier.ts'
import type { PostgresOptions } from '../options.ts'
import { couldNotAsk, reachRemedy } from '../texts.ts'
import { foreignKeyLimits, foreignKeys, missingIndexes, nameForIndex } from './foreign-keys.ts'
import { partitionsOf, type TableSeen, tableSeen } from './index-relations.ts'
import { columnsOf, expressionsOf, type IndexSpec, indexSpecSchema, type Making, makingOf } from './index-spec.ts'
import { indexRefused } from './index-task-texts.ts'

/** An index to be made, whose table and columns were found. */
export interface Wanted {
  readonly making: Making
  readonly table: TableSeen
  readonly columns: readonly string[]
  /** How many of its keys are expressions. */
  readonly expressions: number
  /** Its keys when all are columns; undefined else. */
  readonly keys: readonly string[] | undefined
}

const thereSql = "select 1 as one from pg_class where relname = $1 and relkind in ('i', 'I') limit 1"

/**
 * The indexes that are meant: one of the config or of the advice, or all of the config. Throws `action-refused` when a name,
 * a table, a column or an expression is not one.
 */
export async function wantedIndexes(
  component: Component<PostgresOptions>,
  { index, checks }: { readonly index: string; readonly checks: Readonly<Record<string, unknown>> },
  ctx: StepContext,
): Promise<readonly Wanted[]> {
  const { indexes } = component.options
  if (index === '')
    return await Promise.all(Object.entries(indexes).map(([name, spec]) => found(component, name, spec, ctx)))
  const declared = Object.hasOwn(indexes, index) ? indexes[index] : undefined
  if (declared !== undefined) return [await found(component, index, declared, ctx)]
  const advised = await missing(component, checks['missing-foreign-key-index'], ctx)
  const specs = advised.filter(({ name }) => name === index)
  const [only, ...others] = specs
  if (only === undefined) {
    const there = await readerOf(component, ctx)<{ one: number }>(thereSql, [index])
    if (there.length > 0) throw indexRefused('is-there', index)
    const known = [...Object.keys(indexes), ...advised.map(({ name }) => name)].slice(0, 20).join(', ')
    throw indexRefused('unknown', index, known)
  }
  if (others.length > 0)
    throw indexRefused('several', index, specs.map(({ spec }) => `${spec.schema}.${spec.table}`).join(', '))
  return [await found(component, index, only.spec, ctx)]
}

async function missing(
  component: Component<PostgresOptions>,
  limits: unknown,
  ctx: StepContext,
): Promise<readonly { readonly name: string; readonly spec: IndexSpec }[]> {
  const keys = await foreignKeys(component, ctx)
  if (!keys.ok) {
    const { refusal: why, detail } = keys
    throw new VigieError('database-unavailable', couldNotAsk({ why, detail }), { hint: reachRemedy({ why }) })
  }
  return missingIndexes(keys.rows, foreignKeyLimits.parse(limits ?? {})).map(({ schema, table, columns }) => ({
    name: nameForIndex(table, columns),
    spec: indexSpecSchema.parse({ schema, table, columns }),
  }))
}

async function found(
  component: Component<PostgresOptions>,
  name: string,
  spec: IndexSpec,
  ctx: StepContext,
): Promise<Wanted> {
  const read = readerOf(component, ctx)
  const called = `${spec.schema}.${spec.table}`
  const table = await tableSeen(read, spec.schema, spec.table)
  if (table === undefined) throw indexRefused('no-table', name, called)
  if (!['r', 'm', 'p'].includes(table.kind)) throw indexRefused('not-a-table', name, called)
  if (table.isTemporary) throw indexRefused('temporary', name, called)
  const columns = columnsOf(spec)
  const unknown = columns.find((column) => !table.columns.includes(column))
  if (unknown !== undefined) throw indexRefused('no-column', name, unknown)
  if (table.kind === 'p') {
    const foreign = (await partitionsOf(read, table.oid)).find(({ kind }) => kind === 'f')
    if (foreign !== undefined) throw indexRefused('foreign-partition', name, `${foreign.schema}.${foreign.table}`)
  }
  const { keys, where } = expressionsOf(spec)
  for (const [expression, isCondition] of [
    ...keys.map((one) => [one, false] as const),
    ...(where === undefined ? [] : [[where, true] as const]),
  ])
    await tryExpression(component, name, { called: quoted(spec.schema, spec.table), expression, isCondition }, ctx)
  const named = spec.columns.flatMap((key) => (typeof key === 'string' ? [key] : 'column' in key ? [key.column] : []))
  return {
    ...{ making: makingOf(name, spec), table, columns, expressions: keys.length },
    keys: named.length === spec.columns.length ? named : undefined,
  }
}

/** PostgreSQL plans a question with it, and executes nothing. With a value beside it takes one statement and no second. */
async function tryExpression(
  component: Component<PostgresOptions>,
  name: string,
  {
    called,
    expression,
    isCondition,
  }: { readonly called: string; readonly expression: string; readonly isCondition: boolean },
  ctx: StepContext,
): Promise<void> {
  const what = isCondition
    ? `select 1 from ${called} where $1::bool and (${expression}\n)`
    : `select (${expression}\n) from ${called} where $1::bool`
  const answer = await ask(component, { sql: `explain ${what}`, values: () => [true], keepsSearchPath: true }, ctx)
  if (!answer.ok) throw indexRefused('not-an-expression', name, answer.detail)
}
