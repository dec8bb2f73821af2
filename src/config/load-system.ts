import type { AnyChannelKind } from '../core/channel.ts'
import type { AnyComponentKind, KindLibrary } from '../core/component.ts'
import { VigieError } from '../core/errors.ts'
import { fieldOf } from '../core/field-of.ts'
import { type Locale, locales, message } from '../core/message.ts'
import { buildSystem } from './build-system.ts'
import { nearestPlace } from './places/place.ts'
import { readPlaces } from './places/read-places.ts'
import type { Problem } from './problem.ts'
import { readConfig } from './read-config.ts'
import { type System, sections } from './system.ts'

const invalid = message<{ file: string; count: number }>('config.invalid', {
  en: (p, f) => `${p.file} has ${f.plural(p.count, { one: 'a problem', other: `${p.count} problems` })}.`,
  fr: (p, f) => `${p.file} contient ${f.plural(p.count, { one: 'un problème', other: `${p.count} problèmes` })}.`,
})
export const loadMessages = [invalid]

/** For whom texts are written: the language and time zone that a config names, and the kinds whose texts stand in them. */
export interface Reader {
  readonly settings: {
    readonly locale?: Locale | undefined
    readonly timezone?: string
    /** Channel kinds of its own. */
    readonly channelKinds?: readonly AnyChannelKind[]
  }
  readonly kinds: readonly AnyComponentKind[]
}

/** A config with problems: all of them, to be shown together. */
export class ConfigError extends VigieError {
  readonly file: string
  readonly problems: readonly Problem[]
  readonly reader: Reader

  constructor(file: string, problems: readonly Problem[], reader: Reader) {
    super('config-invalid', invalid({ file, count: problems.length }))
    this.file = file
    this.problems = problems
    this.reader = reader
  }
}

/**
 * Reads and validates a config file. Throws `config-unreadable`, or `config-invalid` with every problem.
 *
 * @param reading as for `readConfig`
 */
export async function loadSystem(file: string, library: KindLibrary, reading = 0): Promise<System> {
  const written = await readConfig(file, reading)
  const kinds = await library.load([
    ...kindNames(written, 'components'),
    ...sections.filter((one) => Object.hasOwn(Object(written), one)),
  ])
  const built = buildSystem(
    written,
    file,
    kinds,
    library.names,
    await library.channels?.load(kindNames(written, 'channels')),
    library.channels?.names,
  )
  const found = [...('problems' in built ? built.problems : []), ...(await ruleProblemsOf(written, library))]
  if ('system' in built && found.length === 0) return built.system
  const places = await readPlaces(file, written)
  const problems = found.map((problem) =>
    places === undefined ? problem : { ...problem, place: nearestPlace(places, problem.path) },
  )
  const locale = fieldOf(written, 'locale')
  throw new ConfigError(file, problems, { settings: { locale: locales.find((one) => one === locale) }, kinds })
}

/** A config with neither rules of its own nor any to leave out does not load what reads them. */
async function ruleProblemsOf(written: unknown, library: KindLibrary): Promise<readonly Problem[]> {
  const lines = (name: string): readonly string[] => {
    const value: unknown = Object(written)[name]
    return Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : []
  }
  const [alerts, withoutAlerts] = [lines('alerts'), lines('withoutAlerts')]
  if (alerts.length + withoutAlerts.length === 0) return []
  return (await library.ruleProblems?.({ alerts, withoutAlerts })) ?? []
}

/** The kinds that a config names, before it is known to be valid. */
function kindNames(written: unknown, of: 'components' | 'channels'): string[] {
  return Object.values(Object(Object(written)[of])).map((one) => String(Object(one).kind))
}
