import type { ConfiguredComponent, System } from '../../config/system.ts'
import type { StepContext } from '../../core/context.ts'
import type { DatabaseAbility, Seen } from '../../core/database.ts'
import { VigieError } from '../../core/errors.ts'
import { message } from '../../core/message.ts'
import { askComponent } from '../../engine/ask-component.ts'
import type { Vigie } from '../../wire.ts'
import type { Arguments, CommandContext } from '../command.ts'
import { oneComponent } from '../one-component.ts'

const noDatabase = message('cli.no-database', {
  en: () => 'No component of this system is a database.',
  fr: () => "Aucun composant de ce système n'est une base de données.",
})
const noDatabaseHint = message('cli.no-database-hint', {
  en: () => "Add one to the config: db: postgres({ url: env('DATABASE_URL') })",
  fr: () => "Ajoutez-en un à la configuration : db: postgres({ url: env('DATABASE_URL') })",
})
const unknownDatabase = message<{ name: string }>('cli.unknown-database', {
  en: (p) => `No component "${p.name}" is a database.`,
  fr: (p) => `Aucun composant « ${p.name} » n'est une base de données.`,
})
const severalDatabases = message<{ names: readonly string[] }>('cli.several-databases', {
  en: (p, f) => `Say which database: --component with one of ${f.list(p.names)}.`,
  fr: (p, f) => `Dites quelle base : --component avec ${f.list(p.names)}.`,
})
export const findDatabaseTexts = [noDatabase, noDatabaseHint, unknownDatabase, severalDatabases]

export interface FoundDatabase {
  readonly system: System
  readonly component: ConfiguredComponent
}

/** The database that a command is about: the only one, or the one of `--component`. Throws `usage`. */
export function findDatabase({ system }: Vigie, args: Arguments): FoundDatabase {
  const databases = system.components.filter(({ kind, options }) => kind.abilities?.(options).database !== undefined)
  const unclear = {
    none: noDatabase({}),
    noneHint: noDatabaseHint({}),
    unknown: unknownDatabase,
    several: severalDatabases,
  }
  return { system, component: oneComponent(databases, args, unclear) }
}

/** Looks into the database. Throws `database-unavailable` with the reason when nothing could be seen. */
export async function lookInto<Row>(
  { signal }: CommandContext,
  vigie: Vigie,
  found: FoundDatabase,
  look: (database: DatabaseAbility, ctx: StepContext) => Promise<Seen<Row>>,
): Promise<Extract<Seen<Row>, { ok: true }>> {
  const seen = await askComponent(vigie.engine, { ...found, signal }, async ({ database }, ctx) => {
    if (database === undefined) throw new VigieError('usage', noDatabase({}))
    return look(database, ctx)
  })
  if (seen.ok) return seen
  throw new VigieError('database-unavailable', seen.reason, seen.remedy && { hint: seen.remedy })
}
