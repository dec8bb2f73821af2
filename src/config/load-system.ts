import type { AnyComponentKind } from '../core/component.ts'
import { VigieError } from '../core/errors.ts'
import { message } from '../core/message.ts'
import { buildSystem } from './build-system.ts'
import { nearestPlace } from './places/place.ts'
import { readPlaces } from './places/read-places.ts'
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
  readonly file: string
  readonly problems: readonly Problem[]

  constructor(file: string, problems: readonly Problem[]) {
    super('config-invalid', invalid({ file, count: problems.length }))
    this.file = file
    this.problems = problems
  }
}

/** Reads and validates a config file. Throws `config-unreadable`, or `config-invalid` with every problem. */
export async function loadSystem(file: string, kinds: readonly AnyComponentKind[]): Promise<System> {
  const written = await readConfig(file)
  const built = buildSystem(written, file, kinds)
  if ('system' in built) return built.system
  const places = await readPlaces(file, written)
  const problems = built.problems.map((problem) =>
    places === undefined ? problem : { ...problem, place: nearestPlace(places, problem.path) },
  )
  throw new ConfigError(file, problems)
}
