import type { ConfiguredComponent, System } from '../../config/system.ts'
import type { StepContext } from '../../core/context.ts'
import { VigieError } from '../../core/errors.ts'
import { fieldOf } from '../../core/field-of.ts'
import { message } from '../../core/message.ts'
import type { MigrationsAbility } from '../../core/migrations.ts'
import { askComponent } from '../../engine/ask-component.ts'
import type { Vigie } from '../../wire.ts'
import type { Arguments, CommandContext } from '../command.ts'
import { oneComponent } from '../one-component.ts'

const noCode = message('cli.no-migrations', {
  en: () => 'No component of this system has migrations.',
  fr: () => 'Aucun composant de ce système n’a de migrations.',
})
const noCodeHint = message('cli.no-migrations-hint', {
  en: () => "Say which tool the code uses: code: git({ path: '.', migrations: alembic() })",
  fr: () => "Dites quel outil le code utilise : code: git({ path: '.', migrations: alembic() })",
})
const unknownCode = message<{ name: string }>('cli.unknown-migrations', {
  en: (p) => `No component "${p.name}" has migrations.`,
  fr: (p) => `Aucun composant « ${p.name} » n'a de migrations.`,
})
const severalCodes = message<{ names: readonly string[] }>('cli.several-migrations', {
  en: (p, f) => `Say whose migrations: --component with one of ${f.list(p.names)}.`,
  fr: (p, f) => `Dites les migrations de quel composant : --component avec ${f.list(p.names)}.`,
})
export const findCodeTexts = [noCode, noCodeHint, unknownCode, severalCodes]

export interface FoundCode {
  readonly system: System
  readonly component: ConfiguredComponent
  /** The kind of its migration tool. */
  readonly tool: string
}

/** The code that a command is about: the only one with migrations, or that of `--component`. Throws `usage`. */
export function findCode({ system }: Vigie, args: Arguments): FoundCode {
  const all = system.components.filter(({ kind, options }) => kind.abilities?.(options).migrations !== undefined)
  const unclear = { none: noCode({}), noneHint: noCodeHint({}), unknown: unknownCode, several: severalCodes }
  const component = oneComponent(all, args, unclear)
  return { system, component, tool: String(fieldOf(fieldOf(component.options, 'migrations'), 'kind')) }
}

export function askMigrations<T>(
  { signal }: CommandContext,
  vigie: Vigie,
  found: FoundCode,
  look: (migrations: MigrationsAbility, ctx: StepContext) => Promise<T>,
): Promise<T> {
  return askComponent(vigie.engine, { ...found, signal }, async ({ migrations }, ctx) => {
    if (migrations === undefined) throw new VigieError('usage', noCode({}))
    return look(migrations, ctx)
  })
}
