import type { z } from 'zod'
import { message, type Text } from '../core/message.ts'

const missing = message<{ expected: string }>('config.missing', {
  en: (p) => `is missing: write ${english[p.expected] ?? 'a value'}`,
  fr: (p) => `manque : écrivez ${french[p.expected] ?? 'une valeur'}`,
})
const wrongType = message<{ expected: string; got: string }>('config.wrong-type', {
  en: (p) => `write ${english[p.expected] ?? p.expected}, not ${english[p.got] ?? p.got}`,
  fr: (p) => `écrivez ${french[p.expected] ?? p.expected}, et non ${french[p.got] ?? p.got}`,
})
const wrongTypes = message<{ expected: readonly string[]; got: string }>('config.wrong-types', {
  en: (p) => `write ${p.expected.map((one) => english[one] ?? one).join(' or ')}, not ${english[p.got] ?? p.got}`,
  fr: (p) => `écrivez ${p.expected.map((one) => french[one] ?? one).join(' ou ')}, et non ${french[p.got] ?? p.got}`,
})
const notOneOf = message<{ values: string }>('config.not-one-of', {
  en: (p) => `write one of: ${p.values}`,
  fr: (p) => `écrivez l'une de ces valeurs : ${p.values}`,
})
const empty = message('config.empty', { en: () => 'must not be empty', fr: () => 'ne doit pas être vide' })
const tooSmall = message<{ of: string; limit: number; inclusive: boolean }>('config.too-small', {
  en: (p) => `must ${have(p.of)} ${p.inclusive ? 'at least' : 'more than'} ${p.limit}${unitIn.en(p.of)}`,
  fr: (p) => `doit ${avoir(p.of)} ${p.inclusive ? 'au moins' : plusDe(p.of)} ${p.limit}${unitIn.fr(p.of)}`,
})
const tooBig = message<{ of: string; limit: number; inclusive: boolean }>('config.too-big', {
  en: (p) => `must ${have(p.of)} ${p.inclusive ? 'at most' : 'less than'} ${p.limit}${unitIn.en(p.of)}`,
  fr: (p) => `doit ${avoir(p.of)} ${p.inclusive ? 'au plus' : moinsDe(p.of)} ${p.limit}${unitIn.fr(p.of)}`,
})
const notMultiple = message<{ of: number }>('config.not-multiple', {
  en: (p) => `must be a multiple of ${p.of}`,
  fr: (p) => `doit être un multiple de ${p.of}`,
})
const wrongStart = message<{ start: string }>('config.wrong-start', {
  en: (p) => `must begin with "${p.start}"`,
  fr: (p) => `doit commencer par « ${p.start} »`,
})
const wrongPattern = message<{ pattern: string }>('config.wrong-pattern', {
  en: (p) => `must match ${p.pattern}`,
  fr: (p) => `doit correspondre à ${p.pattern}`,
})
const wrongFormat = message<{ format: string }>('config.wrong-format', {
  en: (p) => `is not ${englishFormats[p.format] ?? `a valid ${p.format}`}`,
  fr: (p) => `n'est pas ${frenchFormats[p.format] ?? `une valeur « ${p.format} » valide`}`,
})
/** What a schema of a team's own kind says, in the words that it gives. */
const wrongValue = message<{ detail: string }>('config.wrong-value', {
  en: (p) => p.detail,
  fr: (p) => `valeur refusée : ${p.detail}`,
})
export const unknownKey = message<{ key: string }>('config.unknown-key', {
  en: (p) => `"${p.key}" is not known here`,
  fr: (p) => `« ${p.key} » n'est pas connu ici`,
})
const noneFits = message('config.none-fits', {
  en: () => 'is none of the forms that may stand here',
  fr: () => "n'a aucune des formes possibles ici",
})
export const refusedValueMessages = [
  ...[
    missing,
    wrongType,
    wrongTypes,
    notOneOf,
    empty,
    tooSmall,
    tooBig,
    notMultiple,
    wrongStart,
    wrongPattern,
    wrongFormat,
  ],
  ...[wrongValue, unknownKey, noneFits],
]

const english: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
  undefined: 'nothing',
}
const french: Readonly<Record<string, string>> = {
  string: 'un texte',
  number: 'un nombre',
  int: 'un nombre entier',
  boolean: 'true ou false',
  array: 'une liste',
  object: 'un objet',
  record: 'un objet',
  null: 'null',
  undefined: 'rien',
}
const englishFormats: Readonly<Record<string, string>> = {
  url: 'a URL that fits here',
  date: 'a day: write YYYY-MM-DD',
}
const frenchFormats: Readonly<Record<string, string>> = {
  url: 'une URL qui convient ici',
  date: 'un jour : écrivez AAAA-MM-JJ',
}

const isCounted = (of: string): boolean => of === 'string' || of === 'array'
const have = (of: string): string => (isCounted(of) ? 'have' : 'be')
const avoir = (of: string): string => (isCounted(of) ? 'avoir' : 'être')
const plusDe = (of: string): string => (isCounted(of) ? 'plus de' : 'supérieur à')
const moinsDe = (of: string): string => (isCounted(of) ? 'moins de' : 'inférieur à')
const unitIn = {
  en: (of: string): string => ({ string: ' characters', array: ' entries' })[of] ?? '',
  fr: (of: string): string => ({ string: ' caractères', array: ' éléments' })[of] ?? '',
}

export interface Refusal {
  /** From the value that was parsed. */
  readonly path: readonly PropertyKey[]
  readonly text: Text
}

/** Why a value was refused, from an issue of zod that has its `input`; several when a union comes near several forms. */
export function refusalsOf(issue: z.core.$ZodIssue): readonly Refusal[] {
  const at = (text: Text): readonly Refusal[] => [{ path: issue.path, text }]
  const own = ownText(issue)
  if (own !== undefined && issue.code !== 'invalid_union') return at(own)
  // A schema that brings its own words knows best.
  if (!ownCode.test(issue.message) && !wordsOfZod.test(issue.message)) return at(wrongValue({ detail: issue.message }))
  switch (issue.code) {
    case 'invalid_type':
      return at(typeText(issue.expected, issue.input))
    case 'invalid_value':
      return at(notOneOf({ values: issue.values.map((one) => JSON.stringify(one)).join(', ') }))
    case 'too_small':
      if (isLength(issue) && Number(issue.minimum) === 1 && issue.inclusive === true) return at(empty({}))
      return at(tooSmall({ of: issue.origin, limit: Number(issue.minimum), inclusive: issue.inclusive === true }))
    case 'too_big':
      return at(tooBig({ of: issue.origin, limit: Number(issue.maximum), inclusive: issue.inclusive === true }))
    case 'not_multiple_of':
      return at(notMultiple({ of: Number(issue.divisor) }))
    case 'invalid_format':
      return at(formatText(issue))
    case 'invalid_key':
      return at(issue.issues.flatMap(refusalsOf)[0]?.text ?? noneFits({}))
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({ path: [...issue.path, key], text: unknownKey({ key }) }))
    case 'invalid_union':
      return unionRefusals(issue, own)
    default:
      return at(wrongValue({ detail: issue.message }))
  }
}

const ownCode = /^[a-z][a-z-]*\.[a-z][a-z-]*$/
const wordsOfZod = /^(?:Invalid|Too (?:big|small)|Unrecognized)\b/

/** Our own schemas give the code of a text as their message, and its parameters beside it. What is missing altogether is told as such. */
function ownText(issue: z.core.$ZodIssue): Text | undefined {
  const { message: code, input } = issue
  const params = issue.code === 'custom' ? issue.params : undefined
  return input !== undefined && ownCode.test(code) ? { code, params: params ?? {} } : undefined
}

function typeText(expected: string, input: unknown): Text {
  return input === undefined ? missing({ expected }) : wrongType({ expected, got: typeOf(input) })
}

function formatText(issue: z.core.$ZodIssueInvalidStringFormat): Text {
  if ('prefix' in issue) return wrongStart({ start: String(issue.prefix) })
  if (issue.format === 'regex') return wrongPattern({ pattern: issue.pattern ?? '' })
  return wrongFormat({ format: issue.format })
}

/** What is wrong within the form that was meant: the one whose type fits. */
function unionRefusals(issue: z.core.$ZodIssueInvalidUnion, own: Text | undefined): readonly Refusal[] {
  if (issue.input === undefined) return [{ path: issue.path, text: missing({ expected: 'any' }) }]
  const isOther = (one: z.core.$ZodIssue): boolean =>
    one.path.length === 0 && (one.code === 'invalid_type' || one.code === 'invalid_value')
  const meant = issue.errors.filter((issues) => !issues.some(isOther)).sort((a, b) => a.length - b.length)[0]
  if (meant !== undefined) {
    return meant.flatMap(refusalsOf).map(({ path, text }) => ({ path: [...issue.path, ...path], text }))
  }
  return [{ path: issue.path, text: own ?? formsText(issue) }]
}

/** The types that the forms have, when that is all there is to them. */
function formsText({ errors, input }: z.core.$ZodIssueInvalidUnion): Text {
  const types = errors.flatMap(([first]) => (first?.code === 'invalid_type' ? [first.expected] : []))
  return types.length === errors.length
    ? wrongTypes({ expected: [...new Set(types)], got: typeOf(input) })
    : noneFits({})
}

function isLength({ origin }: z.core.$ZodIssueTooSmall): boolean {
  return isCounted(origin)
}

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}
