import { message } from '../../core/message.ts'
import type { ExpositionProblem } from './exposition-error.ts'

const english: Readonly<Record<string, string>> = {
  'not-utf8': 'this is not UTF-8',
  'too-long': 'it is longer than the limit',
  'line-too-long': 'a line is longer than the limit',
  name: 'the name of a metric should stand here',
  label: 'a label should read name="value"',
  'label-twice': 'this label stands twice',
  value: 'a number should stand here',
  timestamp: 'a time in figures should stand here',
  exemplar: 'an exemplar should read # {label="value"} 1.5',
  type: 'there is no metric type of this name',
  rest: 'the line goes on after its end',
  'no-end': 'it ends too early: it was cut',
  'after-end': 'something follows its end',
  protobuf: 'these bytes are no message of protobuf',
} satisfies Readonly<Record<ExpositionProblem, string>>
const french: Readonly<Record<string, string>> = {
  'not-utf8': "ce n'est pas de l'UTF-8",
  'too-long': 'elles dépassent la limite',
  'line-too-long': 'une ligne dépasse la limite',
  name: 'un nom de métrique est attendu ici',
  label: 'une étiquette s’écrit nom="valeur"',
  'label-twice': 'cette étiquette figure deux fois',
  value: 'un nombre est attendu ici',
  timestamp: 'une date en chiffres est attendue ici',
  exemplar: 'un exemplaire s’écrit # {étiquette="valeur"} 1.5',
  type: 'aucun type de métrique ne porte ce nom',
  rest: 'la ligne continue après sa fin',
  'no-end': 'elles s’arrêtent trop tôt : elles ont été coupées',
  'after-end': 'quelque chose suit leur fin',
  protobuf: 'ces octets ne sont pas un message protobuf',
} satisfies Readonly<Record<ExpositionProblem, string>>

export const metricsUnreadable = message<{ url: string; line: number; column: number; problem: string }>(
  'metrics.unreadable',
  {
    en: (p) =>
      `the metrics of ${p.url} cannot be read, line ${p.line}, column ${p.column}: ${english[p.problem] ?? p.problem}`,
    fr: (p) =>
      `les métriques de ${p.url} sont illisibles, ligne ${p.line}, colonne ${p.column} : ${french[p.problem] ?? p.problem}`,
  },
)
