import * as z from 'zod'
import type { HttpAnswer } from '../../core/context.ts'
import { fieldOf } from '../../core/field-of.ts'
import { message, type Text } from '../../core/message.ts'
import { patternSchema } from '../../core/pattern.ts'
import { type Match, matchWithin } from '../../platform/match-within.ts'

const wrongBody = message<{ what: string; got: string }>('http.wrong-body', {
  en: (p) => `the body does not hold ${p.what}${p.got === '' ? '' : `, but ${p.got}`}`,
  fr: (p) => `le corps ne contient pas ${p.what}${p.got === '' ? '' : `, mais ${p.got}`}`,
})
const wrongHeader = message<{ name: string; got: string; want: string }>('http.wrong-header', {
  en: (p) => `header ${p.name} is ${p.got === '' ? 'missing' : `"${p.got}"`}, expected ${p.want}`,
  fr: (p) => `l'en-tête ${p.name} est ${p.got === '' ? 'absent' : `« ${p.got} »`}, attendu ${p.want}`,
})
export const tooSlow = message<{ pattern: string }>('http.too-slow', {
  en: (p) => `could not tell: the search for /${p.pattern}/ was given up, it takes too long`,
  fr: (p) => `indéterminé : la recherche de /${p.pattern}/ a été abandonnée, elle est trop longue`,
})
export const tooSlowRemedy = message('http.too-slow-remedy', {
  en: () => 'Write the pattern without a repetition in a repetition, such as (a+)+',
  fr: () => 'Écrivez le motif sans répétition dans une répétition, comme (a+)+',
})
export const assertionTexts = [wrongBody, wrongHeader, tooSlow, tooSlowRemedy]

/** What body and headers must hold. */
export const assertionOptions = {
  bodyContains: z.string().optional(),
  bodyMatches: patternSchema.optional(),
  /** Path in a JSON body → the value that must stand there: `{ 'data.status': 'ok' }`. */
  json: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).default({}),
  /** Header name → regular expression. */
  header: z.record(z.string(), patternSchema).default({}),
}
const assertions = z.strictObject(assertionOptions)
type Options = z.output<typeof assertions>

type Search = Match['outcome']

/** What the patterns of the options found. Looked for by the probe: the time of a search has to be bounded. */
export interface Found {
  readonly body: Search
  /** By name, in lower case; `none` for a header that is missing. */
  readonly headers: Readonly<Record<string, Search>>
}

/** Looks for the patterns, each within a time limit. */
export function search(answer: HttpAnswer, { bodyMatches, header }: Pick<Options, 'bodyMatches' | 'header'>): Found {
  if (answer.outcome !== 'answered') return { body: 'none', headers: {} }
  const headers = Object.entries(header).map(([name, want]): [string, Search] => {
    const got = answer.headers[name.toLowerCase()]
    return [name.toLowerCase(), got === undefined ? 'none' : matchWithin(want, [got]).outcome]
  })
  const body = bodyMatches === undefined ? 'none' : matchWithin(bodyMatches, [answer.body]).outcome
  return { body, headers: Object.fromEntries(headers) }
}

/** The pattern whose search was given up. */
export function slowOf({ body, headers }: Found, { bodyMatches, header }: Options): string | undefined {
  if (body === 'too-slow') return bodyMatches
  return Object.entries(header).find(([name]) => headers[name.toLowerCase()] === 'too-slow')?.[1]
}

export function wrongHeaderOf(
  headers: Readonly<Record<string, string>>,
  found: Found,
  { header }: Options,
): Text | undefined {
  for (const [name, want] of Object.entries(header)) {
    if (found.headers[name.toLowerCase()] === 'found') continue
    return wrongHeader({ name, got: headers[name.toLowerCase()] ?? '', want: `/${want}/` })
  }
  return undefined
}

export function wrongBodyOf(
  body: string,
  found: Found,
  { bodyContains, bodyMatches, json }: Options,
): Text | undefined {
  if (bodyContains !== undefined && !body.includes(bodyContains))
    return wrongBody({ what: `"${bodyContains}"`, got: '' })
  if (bodyMatches !== undefined && found.body !== 'found') return wrongBody({ what: `/${bodyMatches}/`, got: '' })
  if (Object.keys(json).length === 0) return undefined
  const value = parsed(body)
  if (value === undefined) return wrongBody({ what: 'JSON', got: body.slice(0, 80) })
  for (const [path, want] of Object.entries(json)) {
    const got = path.split('.').reduce(fieldOf, value)
    if (got !== want)
      return wrongBody({
        what: `${path} = ${JSON.stringify(want)}`,
        got: `${path} = ${JSON.stringify(got) ?? 'nothing'}`,
      })
  }
  return undefined
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
