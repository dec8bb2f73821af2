import type { z } from 'zod'
import type { DatabaseIndex } from '../../../core/database.ts'
import { VigieError } from '../../../core/errors.ts'
import { message } from '../../../core/message.ts'
import { type Column, columnTable } from '../../columns.ts'
import type { Arguments, Command } from '../../command.ts'
import { actOnDatabase } from '../../db/act.ts'
import { indexCheckOptions } from '../../db/check-options.ts'
import { cutNames, cutNamesTexts } from '../../db/cut-names.ts'
import { findDatabase, findDatabaseTexts, lookInto } from '../../db/find-database.ts'
import { findPlanTexts } from '../../find-plan.ts'
import type { dbIndexesOutput } from '../../json-shapes/db-indexes.ts'
import type { Output } from '../../output.ts'
import { performRunTexts } from '../../perform-run.ts'
import { oneOf, textOf } from '../../read-options.ts'
import { renderRunTexts } from '../../render-run.ts'

/** For people; JSON has all. */
const shownRows = 50

const title = message<{ column: string }>('cli.db-indexes-title', {
  en: (p) => english[p.column] ?? p.column,
  fr: (p) => french[p.column] ?? p.column,
})
const adviceWord = message<{ advice: string }>('cli.db-indexes-advice-word', {
  en: (p) => p.advice,
  fr: (p) => frenchAdvice[p.advice] ?? p.advice,
})
const none = message<{ isFiltered: boolean }>('cli.db-indexes-none', {
  en: (p) => (p.isFiltered ? 'No index has this advice.' : 'There is no index of the application.'),
  fr: (p) => (p.isFiltered ? "Aucun index n'a ce conseil." : "Il n'y a aucun index de l'application."),
})
const gained = message<{ count: number; bytes: number; writesPerDay: number }>('cli.db-indexes-gain', {
  en: (p, f) =>
    `${f.plural(p.count, { one: '1 index could go', other: `${p.count} indexes could go` })}: ${f.bytes(p.bytes)}${p.writesPerDay < 1 ? '' : `, ${f.number(p.writesPerDay, 0)} entries written a day`}`,
  fr: (p, f) =>
    `${f.plural(p.count, { one: '1 index pourrait disparaître', other: `${p.count} index pourraient disparaître` })} : ${f.bytes(p.bytes)}${p.writesPerDay < 1 ? '' : `, ${f.number(p.writesPerDay, 0)} entrées écrites par jour`}`,
})
const more = message<{ count: number }>('cli.db-indexes-more', {
  en: (p) => `… ${p.count} more: --json shows all`,
  fr: (p) => `… et ${p.count} autres : --json les montre tous`,
})
const oneAct = message('cli.db-indexes-one-act', {
  en: () => 'Say one of --drop, --create and --recreate.',
  fr: () => 'Dites une seule chose parmi --drop, --create et --recreate.',
})

const english: Readonly<Record<string, string>> = {
  ...{ table: 'table', index: 'index', size: 'size', scans: 'scans', writes: 'writes/day', advice: 'advice' },
}
const french: Readonly<Record<string, string>> = {
  ...{ table: 'table', index: 'index', size: 'taille', scans: 'lectures', writes: 'écritures/j', advice: 'conseil' },
}
const frenchAdvice: Readonly<Record<string, string>> = {
  ...{ unused: 'inutilisé', duplicate: 'en double', overlapping: 'inclus', invalid: 'invalide' },
  'missing-foreign-key': 'manque (clé)',
}
const advices = ['unused', 'duplicate', 'overlapping', 'invalid', 'missing-foreign-key'] as const
const acts = { drop: 'drop-index', create: 'create-index', recreate: 'recreate-index' } as const

/** Indexes with what the checks advise; and the three things to do about one, each planned and agreed to as any task. */
export const dbIndexesCommand: Command = {
  texts: [
    ...[...findDatabaseTexts, ...findPlanTexts, ...renderRunTexts, ...performRunTexts],
    ...[title, adviceWord, none, gained, more, oneAct, ...cutNamesTexts],
  ],
  showsStoredTexts: false,
  run: async (context, args) => {
    const act = actOf(args)
    const advice = oneOf(args, 'advice', advices)
    const vigie = await context.open()
    const found = findDatabase(vigie, args)
    const checks = indexCheckOptions(found.system, found.component)
    if (act !== undefined) return actOnDatabase(context, args, act.task, { index: act.index, checks })
    const { output } = context
    const seen = await lookInto(context, vigie, found, async ({ indexes }, ctx) => {
      if (indexes === undefined) throw new VigieError('usage', none({ isFiltered: false }))
      return indexes(ctx, checks)
    })
    const rows = seen.rows.filter((one) => advice === undefined || one.advice === advice).toSorted(order)
    const gain = gainOf(rows)
    if (output.settings.isJson) {
      const notes = seen.notes.map(({ code, params }) => ({ code, params, text: output.text({ code, params }) }))
      const { bytes, writesPerDay } = gain
      output.json({
        indexes: rows.map((one) => ({ ...one })),
        gain: { bytes, writesPerDay },
        notes,
      } satisfies z.infer<typeof dbIndexesOutput>)
      return 0
    }
    if (rows.length === 0) output.line(output.text(none({ isFiltered: advice !== undefined })))
    const shown = rows.slice(0, shownRows)
    const lines = rows.length === 0 ? [] : columnTable(shown, columns(output), output)
    for (const line of lines) output.line(line)
    for (const line of cutNames(lines, shown.map(whole), output)) output.line(line)
    if (rows.length > shownRows) output.line(output.text(more({ count: rows.length - shownRows })))
    if (gain.count > 0) output.line(output.text(gained(gain)))
    for (const note of seen.notes) output.line(output.text(note))
    return 0
  },
}

function actOf(args: Arguments): { readonly task: string; readonly index: string } | undefined {
  const named = Object.entries(acts).flatMap(([option, task]) => {
    const index = textOf(args, option)
    return index === undefined ? [] : [{ task, index }]
  })
  if (named.length > 1) throw new VigieError('usage', oneAct({}))
  return named[0]
}

function order(a: DatabaseIndex, b: DatabaseIndex): number {
  return (
    Number(b.advice !== null) - Number(a.advice !== null) ||
    b.bytes - a.bytes ||
    a.schema.localeCompare(b.schema) ||
    a.name.localeCompare(b.name)
  )
}

function gainOf(rows: readonly DatabaseIndex[]): { count: number; bytes: number; writesPerDay: number } {
  const gone = rows.filter(({ advice }) => advice !== null && advice !== 'missing-foreign-key')
  return {
    count: gone.length,
    bytes: gone.reduce((sum, { bytes }) => sum + bytes, 0),
    writesPerDay: gone.reduce((sum, { writesPerDay }) => sum + (writesPerDay ?? 0), 0),
  }
}

function of(schema: string, name: string): string {
  return schema === 'public' ? name : `${schema}.${name}`
}

function whole({ schema, name, proposedName }: DatabaseIndex): string {
  return of(schema, proposedName ?? name)
}

function columns({ text, format }: Output): Column<DatabaseIndex>[] {
  const named = (column: string) => title({ column })
  return [
    { title: named('size'), cell: ({ name, bytes }) => (name === '' ? '' : format.bytes(bytes)), isNumber: true },
    { title: named('scans'), cell: ({ scans }) => format.number(scans, 0), isNumber: true, spare: 1 },
    {
      title: named('writes'),
      cell: ({ writesPerDay }) => (writesPerDay === null ? '' : format.number(writesPerDay, 0)),
      ...{ isNumber: true, spare: 2 },
    },
    { title: named('advice'), cell: ({ advice }) => (advice === null ? '' : text(adviceWord({ advice }))) },
    { title: named('table'), cell: ({ schema, table }) => of(schema, table), spare: 3, isName: true },
    { title: named('index'), cell: whole, isName: true },
  ]
}
