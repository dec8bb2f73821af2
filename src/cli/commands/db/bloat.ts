import type { z } from 'zod'
import type { DatabaseBloat } from '../../../core/database.ts'
import { message } from '../../../core/message.ts'
import { type Column, columnTable } from '../../columns.ts'
import type { Command } from '../../command.ts'
import { cutNames, cutNamesTexts } from '../../db/cut-names.ts'
import { findDatabase, findDatabaseTexts, lookInto } from '../../db/find-database.ts'
import { notOfferedTexts, viewNotOffered } from '../../db/not-offered.ts'
import type { dbBloatOutput } from '../../json-shapes/db.ts'
import type { Output } from '../../output.ts'
import { countOf } from '../../read-options.ts'

const title = message<{ column: string }>('cli.db-bloat-title', {
  en: (p) =>
    ({ what: 'table or index', kind: 'kind', size: 'size', gain: 'to gain', share: 'share' })[p.column] ?? p.column,
  fr: (p) =>
    ({ what: 'table ou index', kind: 'nature', size: 'taille', gain: 'à gagner', share: 'part' })[p.column] ?? p.column,
})
const kind = message<{ kind: string }>('cli.db-bloat-kind', {
  en: (p) => p.kind,
  fr: (p) => p.kind,
})
const total = message<{ count: number; bytes: number; bloatBytes: number }>('cli.db-bloat-total', {
  en: (p, f) =>
    `${f.bytes(p.bloatBytes)} of ${f.bytes(p.bytes)} to gain, in ${f.plural(p.count, { one: '1 table or index', other: `${f.number(p.count)} tables and indexes` })}`,
  fr: (p, f) =>
    `${f.bytes(p.bloatBytes)} à gagner sur ${f.bytes(p.bytes)}, dans ${f.plural(p.count, { one: '1 table ou index', other: `${f.number(p.count)} tables et index` })}`,
})
const more = message<{ count: number }>('cli.db-bloat-more', {
  en: (p, f) => `… ${f.number(p.count)} more: --limit`,
  fr: (p, f) => `… ${f.number(p.count)} de plus : --limit`,
})
const small = message('cli.db-bloat-small', {
  en: () => 'No table or index is large enough to hold empty space worth a rewrite.',
  fr: () => "Aucune table ni index n'est assez grand pour que son vide mérite une réécriture.",
})

const defaultLimit = 20
const largestLimit = 100_000
const nameWidth = 40

/** What rewrites of tables and indexes would gain, most first. */
export const dbBloatCommand: Command = {
  texts: [...findDatabaseTexts, ...notOfferedTexts, ...cutNamesTexts, title, kind, total, more, small],
  showsStoredTexts: false,
  run: async (context, args) => {
    const { output } = context
    const limit = countOf(args, 'limit', largestLimit) ?? defaultLimit
    const vigie = await context.open()
    const { rows, notes } = await lookInto(context, vigie, findDatabase(vigie, args), async (database, ctx) =>
      database.bloat === undefined ? viewNotOffered('bloat') : database.bloat(ctx),
    )
    const shown = rows.slice(0, limit)
    const totals = {
      count: rows.length,
      bytes: rows.reduce((sum, { bytes }) => sum + bytes, 0),
      bloatBytes: rows.reduce((sum, { bloatBytes }) => sum + bloatBytes, 0),
    }
    if (output.settings.isJson) {
      const { bytes, bloatBytes } = totals
      output.json({ bloat: shown.map(bloatJson), totals: { bytes, bloatBytes }, notes: notes.map(output.text) })
      return 0
    }
    if (rows.length === 0) output.line(output.text(small({})))
    const lines = rows.length === 0 ? [] : columnTable(shown, columns(output), output)
    for (const line of lines) output.line(line)
    for (const line of cutNames(lines, shown.map(nameOf), output)) output.line(line)
    if (rows.length > shown.length) output.line(output.text(more({ count: rows.length - shown.length })))
    if (rows.length > 0) output.line(`\n${output.text(total(totals))}`)
    for (const note of notes) output.line(output.text(note))
    return 0
  },
}

function nameOf({ schema, table, index }: DatabaseBloat): string {
  return `${schema}.${index ?? table}`
}

function columns({ text, format }: Output): Column<DatabaseBloat>[] {
  const named = (column: string) => title({ column })
  const kindOf = ({ index, isToast }: DatabaseBloat): string => (isToast ? 'TOAST' : index === null ? 'table' : 'index')
  return [
    {
      title: named('what'),
      cell: nameOf,
      ...{ isName: true, widest: nameWidth },
    },
    { title: named('kind'), cell: (row) => text(kind({ kind: kindOf(row) })) },
    { title: named('size'), cell: ({ bytes }) => format.bytes(bytes), isNumber: true },
    { title: named('gain'), cell: ({ bloatBytes }) => format.bytes(bloatBytes), isNumber: true },
    {
      title: named('share'),
      cell: ({ bloatRatio, isExact }) => `${isExact ? '' : '~'}${format.percent(bloatRatio, 0)}`,
      isNumber: true,
    },
  ]
}

function bloatJson(row: DatabaseBloat): z.infer<typeof dbBloatOutput>['bloat'][number] {
  return { ...row }
}
