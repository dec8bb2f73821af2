import type { z } from 'zod'
import type { DatabaseAbility, DatabaseStatement, Seen } from '../../../core/database.ts'
import { parseDuration } from '../../../core/duration.ts'
import { VigieError } from '../../../core/errors.ts'
import { message } from '../../../core/message.ts'
import { type Column, columnTable } from '../../columns.ts'
import { type Arguments, type Command, type CommandContext, stringOf } from '../../command.ts'
import { findDatabase, findDatabaseTexts, lookInto } from '../../db/find-database.ts'
import { shortId } from '../../db/short-id.ts'
import type { dbQueriesOutput } from '../../json-shapes/db-queries.ts'
import type { Output } from '../../output.ts'
import { countOf, oneOf, textOf } from '../../read-options.ts'
import { sparkline } from '../../sparkline.ts'

const quiet = message('cli.db-queries-quiet', {
  en: () => 'No statement of the application ran in this time.',
  fr: () => "Aucune requête de l'application pendant ce temps.",
})
const title = message<{ column: string }>('cli.db-queries-title', {
  en: (p) => english[p.column] ?? p.column,
  fr: (p) => french[p.column] ?? p.column,
})
const badSpan = message<{ value: string }>('cli.db-queries-bad-span', {
  en: (p) => `--since "${p.value}" is no span of time: write 1h, 1d or 7d, from 1m to 30d`,
  fr: (p) => `--since « ${p.value} » n'est pas une durée : écrivez 1h, 1d ou 7d, de 1m à 30d`,
})
const repeated = message<{ id: string }>('cli.db-queries-repeated', {
  en: (p) => `${p.id} looks as if it were sent once for each row of another (N+1): a JOIN asks once.`,
  fr: (p) => `${p.id} semble envoyée une fois par ligne d'une autre (N+1) : un JOIN demande une fois.`,
})
const explainHint = message<{ id: string }>('cli.db-queries-explain-hint', {
  en: (p) => `The plan of one: vigie db queries --explain ${p.id}`,
  fr: (p) => `Le plan de l'une : vigie db queries --explain ${p.id}`,
})
const unsupported = message<{ name: string }>('cli.db-queries-unsupported', {
  en: (p) => `${p.name} cannot tell what its statements do.`,
  fr: (p) => `${p.name} ne sait pas dire ce que font ses requêtes.`,
})

const english: Readonly<Record<string, string>> = {
  id: 'id',
  share: 'time',
  calls: 'calls',
  mean: 'mean',
  before: 'week ago',
  rows: 'rows',
  hits: 'cache',
  temp: 'temp',
  trend: 'trend',
  user: 'user',
  statement: 'statement',
}
const french: Readonly<Record<string, string>> = {
  id: 'id',
  share: 'temps',
  calls: 'appels',
  mean: 'moyenne',
  before: 'sem. préc.',
  rows: 'lignes',
  hits: 'cache',
  temp: 'temp.',
  trend: 'tendance',
  user: 'rôle',
  statement: 'requête',
}

const orders = ['time', 'mean', 'calls', 'temp', 'regression'] as const
const minuteMs = 60_000
const dayMs = 86_400_000
const [leastMs, mostMs] = [minuteMs, 30 * dayMs]
const defaultLimit = 10
const largestLimit = 5000
const trendWidth = 8
/** Columns from which on there is room for more than the figures that matter most. */
const wide = 110

/** What the statements of the application did within a span, the heaviest first, or the plan of one. */
export const dbQueriesCommand: Command = {
  texts: [...findDatabaseTexts, quiet, title, badSpan, repeated, explainHint, unsupported],
  showsStoredTexts: false,
  run: async (context, args) => {
    const sinceMs = spanOf(args)
    const order = oneOf(args, 'order', orders) ?? 'time'
    const limit = countOf(args, 'limit', largestLimit) ?? defaultLimit
    const id = textOf(args, 'explain')
    const { output } = context
    if (id !== undefined) {
      const { rows } = await look(context, args, ({ explain }) => explain && ((ctx) => explain(ctx, id)))
      if (output.settings.isJson) output.json({ plan: { id, lines: rows } })
      else for (const line of rows) output.line(line)
      return 0
    }
    const seen = await look(context, args, ({ statements }) => {
      return statements && ((ctx) => statements(ctx, { sinceMs, order, limit }))
    })
    const notes = seen.notes.map(output.text)
    if (output.settings.isJson) output.json({ queries: seen.rows.map(queryJson), notes })
    else tell(seen.rows, notes, output)
    return 0
  },
}

type Look<Row> = (...args: Parameters<NonNullable<DatabaseAbility['activity']>>) => Promise<Seen<Row>>

async function look<Row>(
  context: CommandContext,
  args: Arguments,
  choose: (database: DatabaseAbility) => Look<Row> | undefined,
): Promise<Extract<Seen<Row>, { ok: true }>> {
  const vigie = await context.open()
  const found = findDatabase(vigie, args)
  return lookInto(context, vigie, found, async (database, ctx) => {
    const asked = choose(database)
    if (asked === undefined) throw new VigieError('usage', unsupported({ name: found.component.name }))
    return asked(ctx)
  })
}

function spanOf(args: Arguments): number {
  const value = stringOf(args, 'since')
  if (value === undefined) return dayMs
  const ms = parseDuration(value)
  if (ms !== undefined && ms >= leastMs && ms <= mostMs) return ms
  throw new VigieError('usage', badSpan({ value }))
}

function tell(rows: readonly DatabaseStatement[], notes: readonly string[], output: Output): void {
  if (rows.length === 0) output.line(output.text(quiet({})))
  else for (const line of columnTable(rows, fitting(rows, output), output)) output.line(line)
  output.line()
  for (const note of notes) output.line(note)
  for (const { id } of rows.filter(({ isRepeated }) => isRepeated))
    output.line(output.text(repeated({ id: shortId(id) })))
  const [first] = rows
  if (first !== undefined) output.line(output.text(explainHint({ id: shortId(first.id) })))
}

/** The statement needs room: columns that say nothing go, and in a narrow terminal those that can be spared. */
function fitting(rows: readonly DatabaseStatement[], output: Output): Column<DatabaseStatement>[] {
  return columns(output).filter(
    ({ cell, spare = 0 }) => (output.settings.width >= wide || spare < 3) && rows.some((row) => cell(row) !== ''),
  )
}

function columns({ format }: Output): Column<DatabaseStatement>[] {
  const named = (column: string) => title({ column })
  return [
    { title: named('id'), cell: ({ id }) => shortId(id) },
    { title: named('share'), cell: ({ timeShare }) => format.percent(timeShare, 0), isNumber: true },
    { title: named('calls'), cell: ({ calls }) => format.number(calls), isNumber: true },
    { title: named('mean'), cell: ({ meanMs }) => format.duration(meanMs), isNumber: true },
    {
      title: named('before'),
      cell: ({ meanMsWeekBefore: ms }) => (ms === null ? '' : format.duration(ms)),
      isNumber: true,
      spare: 1,
    },
    { title: named('rows'), cell: ({ rows, calls }) => format.number(rows / calls), isNumber: true, spare: 2 },
    {
      title: named('hits'),
      cell: ({ cacheHitRatio: ratio }) => (ratio === null ? '' : format.percent(ratio, 0)),
      isNumber: true,
      spare: 4,
    },
    {
      title: named('temp'),
      cell: ({ tempBytes }) => (tempBytes === 0 ? '' : format.bytes(tempBytes)),
      isNumber: true,
      spare: 2,
    },
    {
      title: named('trend'),
      cell: ({ meansMs }) => (meansMs.length < 2 ? '' : sparkline(meansMs, trendWidth)),
      spare: 2,
    },
    { title: named('user'), cell: ({ user }) => user, spare: 5 },
    { title: named('statement'), cell: ({ statement }) => statement },
  ]
}

function queryJson({ meansMs, ...one }: DatabaseStatement): z.infer<typeof dbQueriesOutput>['queries'][number] {
  return { ...one, meansMs: [...meansMs] }
}
