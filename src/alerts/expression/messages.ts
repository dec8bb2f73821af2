import { type Message, message, type Params } from '../../core/message.ts'

/** A rule is one line that people read. */
export const maxRuleLength = 1000

/** Where a rule is wrong: the line as shown, the characters before the place in it, and its column from 1. */
export type Place = { readonly line: string; readonly before: number; readonly column: number }

const expectations = {
  condition: {
    en: 'a series name such as host_cpu_ratio, or a function such as avg(…, 5m)',
    fr: 'un nom de série tel que host_cpu_ratio, ou une fonction telle que avg(…, 5m)',
  },
  series: { en: 'a series name such as host_cpu_ratio', fr: 'un nom de série tel que host_cpu_ratio' },
  comparison: { en: 'a comparison: > >= < <= == !=', fr: 'une comparaison : > >= < <= == !=' },
  limit: { en: 'a number such as 80%, 400ms, 5GB or 12', fr: 'un nombre tel que 80%, 400ms, 5GB ou 12' },
  duration: { en: 'a duration such as 30s, 5m or 1h30m', fr: 'une durée telle que 30s, 5m ou 1h30m' },
  clause: {
    en: 'for, keep, as, clear at, min, and, or, or the end of the rule',
    fr: 'for, keep, as, clear at, min, and, or, ou la fin de la règle',
  },
  end: { en: 'the end of the rule', fr: 'la fin de la règle' },
  severity: { en: 'low, medium, high or critical', fr: 'low, medium, high ou critical' },
  label: { en: 'a label such as component="api"', fr: 'un label tel que component="api"' },
  'label-operator': { en: '= or !=', fr: '= ou !=' },
  'label-value': { en: 'a text in quotes, such as "api"', fr: 'un texte entre guillemets droits, tel que "api"' },
  'label-end': { en: ', or }', fr: ', ou }' },
  comma: { en: 'a comma', fr: 'une virgule' },
  open: { en: '(', fr: '(' },
  close: { en: ')', fr: ')' },
  equals: { en: '=', fr: '=' },
  at: { en: 'at: clear at 75%', fr: 'at : clear at 75%' },
  count: { en: 'a whole number of samples: min 50 samples', fr: "un nombre entier d'échantillons : min 50 samples" },
  samples: { en: 'samples: min 50 samples', fr: 'samples : min 50 samples' },
  by: { en: 'by=LABEL', fr: 'by=LABEL' },
  'burn-arguments': {
    en: 'slo=99.9%, bad=SERIES, total=SERIES and maybe by=LABEL',
    fr: 'slo=99.9%, bad=SÉRIE, total=SÉRIE et au besoin by=LABEL',
  },
} as const
export type Expected = keyof typeof expectations

/** A text with the line below it and a mark under the character. */
function placed<P extends Params = Record<never, never>>(
  code: string,
  say: { en: (params: P) => string; fr: (params: P) => string },
): Message<P & Place> {
  const below = ({ line, before }: Place): string => `\n  ${line}\n  ${' '.repeat(before)}^`
  return message<P & Place>(code, {
    en: (p) => `${say.en(p)} (column ${p.column})${below(p)}`,
    fr: (p) => `${say.fr(p)} (colonne ${p.column})${below(p)}`,
  })
}

export const expected = placed<{ expected: Expected; found: string }>('alerts.expected', {
  en: (p) =>
    `expected ${expectations[p.expected].en}${p.found === '' ? ', but the rule ends here' : `, not "${p.found}"`}`,
  fr: (p) =>
    `attendu : ${expectations[p.expected].fr}${p.found === '' ? ', mais la règle finit ici' : `, et non « ${p.found} »`}`,
})
export const strangeCharacter = placed<{ found: string }>('alerts.strange-character', {
  en: (p) => `no rule has the character "${p.found}"`,
  fr: (p) => `aucune règle ne contient le caractère « ${p.found} »`,
})
export const badNumber = placed<{ found: string }>('alerts.bad-number', {
  en: (p) => `${p.found} is too large a number`,
  fr: (p) => `${p.found} est un nombre trop grand`,
})
export const openString = placed('alerts.open-string', {
  en: () => 'the text that begins here has no closing quote',
  fr: () => "le texte qui commence ici n'a pas de guillemet fermant",
})
export const badString = placed('alerts.bad-string', {
  en: () => 'this text has a \\ that stands before nothing known: write \\" for a quote and \\\\ for a backslash',
  fr: () =>
    'ce texte a un \\ devant un caractère inconnu : écrivez \\" pour un guillemet et \\\\ pour une barre oblique inverse',
})
export const tooLong = placed<{ limit: number }>('alerts.too-long', {
  en: (p) => `a rule has at most ${p.limit} characters`,
  fr: (p) => `une règle compte au plus ${p.limit} caractères`,
})
export const unknownFunction = placed<{ found: string }>('alerts.unknown-function', {
  en: (p) => `there is no function ${p.found}`,
  fr: (p) => `la fonction ${p.found} n'existe pas`,
})
export const unknownUnit = placed<{ found: string }>('alerts.unknown-unit', {
  en: (p) => `"${p.found}" is no unit`,
  fr: (p) => `« ${p.found} » n'est pas une unité`,
})
export const unknownSeverity = placed<{ found: string }>('alerts.unknown-severity', {
  en: (p) => `there is no severity ${p.found}`,
  fr: (p) => `la gravité ${p.found} n'existe pas`,
})
const families: Readonly<Record<string, { readonly en: string; readonly fr: string }>> = {
  ratio: { en: 'a ratio from 0 to 1', fr: 'un rapport de 0 à 1' },
  seconds: { en: 'seconds', fr: 'des secondes' },
  days: { en: 'days', fr: 'des jours' },
  bytes: { en: 'bytes', fr: 'des octets' },
}
export const wrongUnit = placed<{ unit: string; family: string; units: string }>('alerts.wrong-unit', {
  en: (p) =>
    `${p.unit} does not fit: this is ${families[p.family]?.en ?? p.family}. Write a number alone or with ${p.units}`,
  fr: (p) =>
    `${p.unit} ne convient pas à ${families[p.family]?.fr ?? p.family}. Écrivez un nombre seul ou avec ${p.units}`,
})
export const percentMeant = placed<{ amount: number }>('alerts.percent-meant', {
  en: (p) => `this is a ratio, where 1 is all: write ${p.amount}%`,
  fr: (p) => `c'est un rapport, où 1 est le tout : écrivez ${p.amount}%`,
})
export const clearSide = placed('alerts.clear-side', {
  en: () => 'clear at must lie on the good side of the limit',
  fr: () => 'clear at doit se trouver du bon côté de la limite',
})
export const clearEqual = placed('alerts.clear-equal', {
  en: () => 'clear at goes with > >= < <= only',
  fr: () => "clear at ne va qu'avec > >= < <=",
})
export const noSamples = placed('alerts.no-samples', {
  en: () => 'min goes with a function over a window, such as ratio(…, …, 5m)',
  fr: () => 'min va avec une fonction sur une durée, telle que ratio(…, …, 5m)',
})
export const sloRange = placed('alerts.slo-range', {
  en: () => 'an SLO lies above 0% and below 100%, such as 99.9%',
  fr: () => 'un SLO est au-dessus de 0% et au-dessous de 100%, par exemple 99.9%',
})
export const durationRange = placed('alerts.duration-range', {
  en: () => 'a duration here lies between 1s and 31d',
  fr: () => 'une durée se situe ici entre 1s et 31d',
})
export const twice = placed<{ found: string }>('alerts.twice', {
  en: (p) => `${p.found} stands here for the second time`,
  fr: (p) => `${p.found} figure ici pour la deuxième fois`,
})

export const expressionMessages = [
  ...[expected, strangeCharacter, badNumber, openString, badString, tooLong],
  ...[unknownFunction, unknownUnit, unknownSeverity, wrongUnit, percentMeant],
  ...[clearSide, clearEqual, noSamples, sloRange, durationRange, twice],
]
