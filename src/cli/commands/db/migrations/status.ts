import type { z } from 'zod'
import { message } from '../../../../core/message.ts'
import type { Migration } from '../../../../core/migrations.ts'
import { type Column, columnTable } from '../../../columns.ts'
import type { Command } from '../../../command.ts'
import type { dbMigrationsOutput } from '../../../json-shapes/db-migrations.ts'
import { askMigrations, findCode, findCodeTexts } from '../../../migrations/find-code.ts'
import type { Output } from '../../../output.ts'

const none = message<{ tool: string }>('cli.migrations-none', {
  en: (p) => `${p.tool} finds no migration. Make the first one: vigie db migrations create NAME`,
  fr: (p) => `${p.tool} ne trouve aucune migration. Créez la première : vigie db migrations create NOM`,
})
const title = message<{ column: string }>('cli.migrations-title', {
  en: (p) => english[p.column] ?? p.column,
  fr: (p) => french[p.column] ?? p.column,
})
const state = message<{ state: string }>('cli.migrations-state', {
  en: (p) => p.state,
  fr: (p) => frenchStates[p.state] ?? p.state,
})
const severalHeads = message<{ names: readonly string[] }>('cli.migrations-heads', {
  en: (p, f) => `The history has several ends: ${f.list(p.names)}. Merge them before anything is applied.`,
  fr: (p, f) => `L'historique a plusieurs fins : ${f.list(p.names)}. Réunissez-les avant d'appliquer quoi que ce soit.`,
})
const offered = message<{ name: string; migrations: readonly string[] }>('cli.migrations-repair', {
  en: (p, f) => `Offered for ${f.list(p.migrations)}: vigie db migrations apply --repair ${p.name}`,
  fr: (p, f) => `Proposé pour ${f.list(p.migrations)} : vigie db migrations apply --repair ${p.name}`,
})
const english: Readonly<Record<string, string>> = { state: 'state', id: 'migration', at: 'applied', name: 'what' }
const french: Readonly<Record<string, string>> = { state: 'état', id: 'migration', at: 'appliquée', name: 'objet' }
const frenchStates: Readonly<Record<string, string>> = {
  applied: 'appliquée',
  pending: 'en attente',
  failed: 'en échec',
  drifted: 'modifiée',
  unknown: 'inconnue',
}

/** Every migration with its state, in the order in which they are applied. */
export const dbMigrationsStatusCommand: Command = {
  texts: [...findCodeTexts, none, title, state, severalHeads, offered],
  showsStoredTexts: false,
  run: async (context, args) => {
    const vigie = await context.open()
    const { output } = context
    const found = findCode(vigie, args)
    const { migrations, heads, notes, repairs } = await askMigrations(context, vigie, found, (code, ctx) =>
      code.status(ctx),
    )
    if (output.settings.isJson) {
      const body: z.infer<typeof dbMigrationsOutput> = {
        migrations: migrations.map(({ fingerprint: _, appliedAt = null, detail, ...one }) => ({
          ...{ component: found.component.name, tool: found.tool, ...one, appliedAt },
          detail: detail === undefined ? null : output.text(detail),
        })),
        heads: [...heads],
        repairs: repairs.map((one) => ({ ...one, migrations: [...one.migrations], why: output.text(one.why) })),
      }
      output.json(body)
      return 0
    }
    if (migrations.length === 0) output.line(output.text(none({ tool: found.tool })))
    else for (const line of columnTable(migrations, columns(output), output)) output.line(line)
    if (heads.length > 1) output.line(output.text(severalHeads({ names: heads })))
    for (const note of notes) output.line(output.text(note))
    for (const { why, ...one } of repairs) {
      output.line(output.text(why))
      output.line(output.text(offered(one)))
    }
    return 0
  },
}

function columns({ text, format }: Output): Column<Migration>[] {
  return [
    { title: title({ column: 'state' }), cell: (one) => text(state({ state: one.state })) },
    { title: title({ column: 'id' }), cell: (one) => one.id },
    {
      title: title({ column: 'at' }),
      cell: ({ appliedAt }) => (appliedAt === undefined ? '' : format.dateTime(appliedAt)),
      spare: 1,
    },
    {
      title: title({ column: 'name' }),
      cell: ({ name, detail }) => (detail === undefined ? name : [name, text(detail)].filter(Boolean).join(': ')),
    },
  ]
}
