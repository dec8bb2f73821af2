import type { z } from 'zod'
import { message, type Text } from '../core/message.ts'
import { refusalMessages } from '../core/refusals.ts'
import type { Place } from './places/place.ts'
import { refusalsOf, refusedValueMessages, unknownKey } from './refused-value.ts'
import { schemaTexts } from './schema-texts.ts'

/** Something wrong in a config, as data: all of them are shown together. */
export interface Problem {
  /** `components.db.url`, as the reader would write it. */
  readonly path: string
  readonly text: Text
  readonly hint?: Text
  /** Where it stands in the file, or what it is missing from; absent when that cannot be told. */
  readonly place?: Place
}

export const unknownName = message<{ name: string }>('config.unknown-name', {
  en: (p) => `nothing here is called "${p.name}"`,
  fr: (p) => `rien ici ne s'appelle « ${p.name} »`,
})
const knownNames = message<{ names: string }>('config.known-names', {
  en: (p) => `known: ${p.names}`,
  fr: (p) => `connus : ${p.names}`,
})
const didYouMean = message<{ name: string; names: string }>('config.did-you-mean', {
  en: (p) => `did you mean "${p.name}"? Known: ${p.names}`,
  fr: (p) => `vouliez-vous dire « ${p.name} » ? Connus : ${p.names}`,
})
export const problemMessages = [
  ...refusedValueMessages,
  ...refusalMessages,
  ...schemaTexts,
  unknownName,
  knownNames,
  didYouMean,
]

/** The problems of a zod error, each under its whole path; unknown keys name the known ones. */
export function problemsOf(error: z.ZodError, prefix: readonly PropertyKey[], knownKeys: readonly string[]): Problem[] {
  return error.issues.flatMap((issue): Problem[] => {
    const path = [...prefix, ...issue.path]
    if (issue.code === 'unrecognized_keys') {
      const known = issue.path.length === 0 ? knownKeys : []
      return issue.keys.map((key) => ({
        path: pathText([...path, key]),
        text: unknownKey({ key }),
        ...(known.length > 0 && { hint: nearestNames(key, known) }),
      }))
    }
    return refusalsOf(issue).map(({ path: inner, text }) => ({ path: pathText([...prefix, ...inner]), text }))
  })
}

export function pathText(path: readonly PropertyKey[]): string {
  return path.map(String).join('.')
}

/** The nearest of the known names when one is near enough to be a slip of the pen, and all of them. */
export function nearestNames(name: string, known: readonly string[]): Text {
  const names = known.join(', ')
  const nearest = known
    .map((candidate) => ({ candidate, distance: editDistance(name.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)[0]
  return nearest !== undefined && nearest.distance <= Math.max(1, Math.floor(name.length / 3))
    ? didYouMean({ name: nearest.candidate, names })
    : knownNames({ names })
}

/** Levenshtein distance: insertions, deletions and substitutions. */
export function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const substitution = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1)
      current.push(Math.min((previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, substitution))
    }
    previous = current
  }
  return previous[b.length] ?? 0
}
