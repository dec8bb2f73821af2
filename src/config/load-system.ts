import type { AnyComponentKind } from '../core/component.ts'
import { VigieError } from '../core/errors.ts'
import { message } from '../core/message.ts'
import { buildSystem } from './build-system.ts'
import type { Problem } from './problem.ts'
import { readConfig } from './read-config.ts'
import type { System } from './system.ts'

const invalid = message<{ file: string; count: number }>('config.invalid', {
  en: (p, f) => `${p.file} has ${f.plural(p.count, { one: 'a problem', other: `${p.count} problems` })}.`,
  fr: (p, f) => `${p.file} contient ${f.plural(p.count, { one: 'un problème', other: `${p.count} problèmes` })}.`,
})
export const loadMessages = [invalid]

/** A config with problems: all of them, to be shown together. */
export class ConfigError extends VigieError {
  readonly problems: readonly Problem[]

  constructor(file: string, problems: readonly Problem[]) {
    super('config-invalid', invalid({ file, count: problems.length }))
    this.problems = problems
  }
}

/** Reads and validates a config file. Throws `config-unreadable`, or `config-invalid` with every problem. */
export async function loadSystem(file: string, kinds: readonly AnyComponentKind[]): Promise<System> {
  const built = buildSystem(await readConfig(file), file, kinds)
  if ('problems' in built) throw new ConfigError(file, built.problems)
  return built.system
}
