import type { RecordProblem } from '../store/store-view.ts'

/** Words for the problems of an audit, by their codes. Of the chain: */
export const chainWords: Readonly<Record<'en' | 'fr', Readonly<Record<string, string>>>> = {
  en: {
    hash: 'its content does not match its hash',
    link: 'it does not follow from the entry before it',
    hole: 'entries are missing before it',
    'cut-tail': 'the newest entries were cut off',
    'store-damaged': 'the database reports damage',
    'note-missing': 'the note of its head, kept apart, is gone or unreadable',
  },
  fr: {
    hash: 'son contenu ne correspond pas à son empreinte',
    link: "elle ne suit pas l'entrée précédente",
    hole: 'des entrées manquent avant elle',
    'cut-tail': 'les entrées les plus récentes ont été coupées',
    'store-damaged': 'la base de données signale un dommage',
    'note-missing': 'la note de sa tête, gardée à part, a disparu ou est illisible',
  },
}

/** What of the records differs, and how: the two parts of a code such as `sign-off-missing`. */
const recordWords: Readonly<Record<'en' | 'fr', Readonly<Record<string, string>>>> = {
  en: {
    run: 'run',
    'steps-of-run': 'the steps of run',
    step: 'the step, or its evidence, of run',
    evidence: 'evidence in run',
    measurement: 'a measurement of',
    'last-result': 'the newest result of',
    finding: 'finding',
    'finding-history': 'the history of finding',
    'sign-off': 'a signature of',
    plan: 'plan',
    approval: 'the approval of plan',
    'first-seen': 'the first mention of',
  },
  fr: {
    run: "l'exécution",
    'steps-of-run': "les étapes de l'exécution",
    step: "l'étape, ou ses preuves, de l'exécution",
    evidence: "des preuves dans l'exécution",
    measurement: 'une mesure de',
    'last-result': 'le dernier résultat de',
    finding: 'le constat',
    'finding-history': "l'historique du constat",
    'sign-off': 'une signature de',
    plan: 'le plan',
    approval: "l'approbation du plan",
    'first-seen': 'la première mention de',
  },
} satisfies Readonly<Record<'en' | 'fr', Readonly<Record<RecordProblem['what'], string>>>>
const differences: Readonly<Record<'en' | 'fr', Readonly<Record<string, string>>>> = {
  en: { altered: 'altered', missing: 'gone', unrecorded: 'unknown to the audit' },
  fr: { altered: 'altération', missing: 'disparition', unrecorded: "inconnu de l'audit" },
} satisfies Readonly<Record<'en' | 'fr', Readonly<Record<RecordProblem['how'], string>>>>

/** `altered: run r2k4m6p8`; undefined for a code that is not of a record. */
export function recordProblem(locale: 'en' | 'fr', code: string, detail: string): string | undefined {
  const at = code.lastIndexOf('-')
  const what = recordWords[locale][code.slice(0, at)]
  const how = differences[locale][code.slice(at + 1)]
  if (what === undefined || how === undefined) return undefined
  return locale === 'fr' ? `${how} : ${what} ${detail}` : `${how}: ${what} ${detail}`
}
