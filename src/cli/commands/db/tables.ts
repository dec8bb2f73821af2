import type { z } from 'zod'
import { nearestNames } from '../../../config/problem.ts'
import { systemClock } from '../../../core/clock.ts'
import type { DatabaseTable } from '../../../core/database.ts'
import { VigieError } from '../../../core/errors.ts'
import { message } from '../../../core/message.ts'
import { columnTable } from '../../columns.ts'
import type { Command } from '../../command.ts'
import { cutNames, cutNamesTexts } from '../../db/cut-names.ts'
import { findDatabase, findDatabaseTexts, lookInto } from '../../db/find-database.ts'
import { notOfferedTexts, viewNotOffered } from '../../db/not-offered.ts'
import { tableColumns, tableColumnTexts } from '../../db/table-columns.ts'
import { bytesOf, nameOf, sortedTables, tableOrders } from '../../db/table-order.ts'
import type { dbTablesOutput } from '../../json-shapes/db.ts'
import { countOf, oneOf } from '../../read-options.ts'

const total = message<{ count: number; bytes: number; bytesPerDay: number | null }>('cli.db-tables-total', {
  en: (p, f) =>
    `${f.plural(p.count, { one: '1 table', other: `${f.number(p.count)} tables` })}, ${f.bytes(p.bytes)}${p.bytesPerDay === null ? '' : `, ${p.bytesPerDay < 0 ? '-' : '+'}${f.bytes(Math.abs(p.bytesPerDay))} a day`}`,
  fr: (p, f) =>
    `${f.plural(p.count, { one: '1 table', other: `${f.number(p.count)} tables` })}, ${f.bytes(p.bytes)}${p.bytesPerDay === null ? '' : `, ${p.bytesPerDay < 0 ? '-' : '+'}${f.bytes(Math.abs(p.bytesPerDay))} par jour`}`,
})
const more = message<{ count: number }>('cli.db-tables-more', {
  en: (p, f) => `… ${f.number(p.count)} more: --limit`,
  fr: (p, f) => `… ${f.number(p.count)} de plus : --limit`,
})
const unknownTable = message<{ name: string }>('cli.db-unknown-table', {
  en: (p) => `There is no table "${p.name}" in this database, or the role does not see its schema.`,
  fr: (p) => `Il n'y a pas de table « ${p.name} » dans cette base, ou le rôle ne voit pas son schéma.`,
})

const defaultLimit = 20
const largestLimit = 100_000
const hintedNames = 20

/** The tables of a database with their sizes, growth, rows and vacuum, sorted by what is asked. */
export const dbTablesCommand: Command = {
  texts: [...findDatabaseTexts, ...notOfferedTexts, ...tableColumnTexts, ...cutNamesTexts, total, more, unknownTable],
  showsStoredTexts: false,
  run: async (context, args) => {
    const { output } = context
    const order = oneOf(args, 'order', tableOrders) ?? 'size'
    const limit = countOf(args, 'limit', largestLimit) ?? defaultLimit
    const vigie = await context.open()
    const { rows, notes } = await lookInto(context, vigie, findDatabase(vigie, args), async (database, ctx) =>
      database.tables === undefined ? viewNotOffered('tables') : database.tables(ctx),
    )
    const wanted = sortedTables(named(rows, args.positionals), order)
    const shown = wanted.slice(0, limit)
    const known = wanted.flatMap(({ bytesPerDay }) => (bytesPerDay === null ? [] : [bytesPerDay]))
    const totals = {
      tables: wanted.length,
      bytes: wanted.reduce((sum, one) => sum + bytesOf(one), 0),
      bytesPerDay: known.length === 0 ? null : known.reduce((sum, one) => sum + one, 0),
    }
    if (output.settings.isJson) {
      output.json({ tables: shown.map(tableJson), totals })
      return 0
    }
    const lines = columnTable(shown, tableColumns(output, systemClock.now(), order), output)
    for (const line of lines) output.line(line)
    for (const line of cutNames(lines, shown.map(nameOf), output)) output.line(line)
    if (wanted.length > shown.length) output.line(output.text(more({ count: wanted.length - shown.length })))
    const { tables: count, bytes, bytesPerDay } = totals
    output.line(`\n${output.text(total({ count, bytes, bytesPerDay }))}`)
    for (const note of notes) output.line(output.text(note))
    return 0
  },
}

/** Those that are named, with their schema or without; all when none is. Throws `usage` at one that is not there. */
function named(rows: readonly DatabaseTable[], names: readonly string[]): readonly DatabaseTable[] {
  if (names.length === 0) return rows
  const found = new Set<DatabaseTable>()
  for (const name of names) {
    const matching = rows.filter((row) => row.table === name || nameOf(row) === name)
    if (matching.length === 0) {
      const alike = rows.filter(({ table }) => table.includes(name) || name.includes(table))
      const hinted = [...alike, ...rows].slice(0, hintedNames).map(nameOf)
      throw new VigieError('usage', unknownTable({ name }), { hint: nearestNames(name, [...new Set(hinted)]) })
    }
    for (const one of matching) found.add(one)
  }
  return [...found]
}

function tableJson(table: DatabaseTable): z.infer<typeof dbTablesOutput>['tables'][number] {
  const { lastVacuumAt, lastAnalyzeAt, sizes, deadRatios, ...rest } = table
  return {
    ...rest,
    sizes: [...sizes],
    deadRatios: [...deadRatios],
    lastVacuumAt: lastVacuumAt?.toISOString() ?? null,
    lastAnalyzeAt: lastAnalyzeAt?.toISOString() ?? null,
  }
}
