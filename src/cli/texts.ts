import { message } from '../core/message.ts'

/** Texts that several commands share. Those of one command stand in its own file. */
export const unknownOption = message<{ option: string }>('cli.unknown-option', {
  en: (p) => `There is no option ${p.option}.`,
  fr: (p) => `L'option ${p.option} n'existe pas.`,
})
export const needsValue = message<{ option: string; value: string }>('cli.needs-value', {
  en: (p) => `${p.option} needs a value: ${p.option} ${p.value}, or ${p.option}=${p.value} if it begins with "-".`,
  fr: (p) =>
    `${p.option} attend une valeur : ${p.option} ${p.value}, ou ${p.option}=${p.value} si elle commence par « - ».`,
})
export const takesNoValue = message<{ option: string }>('cli.takes-no-value', {
  en: (p) => `${p.option} takes no value.`,
  fr: (p) => `${p.option} ne prend pas de valeur.`,
})
export const unknownCommand = message<{ words: string }>('cli.unknown-command', {
  en: (p) => `There is no command "${p.words}".`,
  fr: (p) => `La commande « ${p.words} » n'existe pas.`,
})
export const seeHelp = message<{ words: string }>('cli.see-help', {
  en: (p) => `See: vigie ${p.words === '' ? '' : `${p.words} `}--help`,
  fr: (p) => `Voir : vigie ${p.words === '' ? '' : `${p.words} `}--help`,
})
export const didYouMean = message<{ words: string }>('cli.did-you-mean', {
  en: (p) => `Did you mean: vigie ${p.words}`,
  fr: (p) => `Vouliez-vous dire : vigie ${p.words}`,
})
export const wrongCount = message<{ usage: string }>('cli.wrong-count', {
  en: (p) => `Write: vigie ${p.usage}`,
  fr: (p) => `Écrivez : vigie ${p.usage}`,
})
export const unexpected = message<{ detail: string }>('cli.unexpected', {
  en: (p) => `Something went wrong inside Vigie: ${p.detail}`,
  fr: (p) => `Une erreur interne de Vigie est survenue : ${p.detail}`,
})
export const outputLost = message<{ detail: string }>('cli.output-lost', {
  en: (p) =>
    `The output could not be written, and is not whole: ${p.detail}. What was recorded is kept: vigie runs list`,
  fr: (p) =>
    `La sortie n'a pas pu être écrite et n'est pas complète : ${p.detail}. Ce qui a été enregistré est conservé : vigie runs list`,
})
export const stillEnding = message('cli.still-ending', {
  en: () =>
    'Canceled. What was begun is brought to a safe end first; Ctrl-C again ends at once, and may leave it half done.',
  fr: () =>
    "Annulé. Ce qui était commencé est d'abord mené à une fin sûre ; un autre Ctrl-C arrête tout de suite, au risque de le laisser à moitié fait.",
})
export const endedEarly = message('cli.ended-early', {
  en: () =>
    'The program was ended before its work was done: something that the config brings called process.exit, or what was waited for could not come any more.',
  fr: () =>
    'Le programme a été arrêté avant la fin de son travail : quelque chose que la configuration apporte a appelé process.exit, ou ce qui était attendu ne pouvait plus venir.',
})
export const unexpectedHint = message('cli.unexpected-hint', {
  en: () => 'Run it again with VIGIE_DEBUG=1 for the details, and report them.',
  fr: () => 'Relancez avec VIGIE_DEBUG=1 pour les détails, et signalez-les.',
})
export const notOneOf = message<{ option: string; value: string; known: string }>('cli.not-one-of', {
  en: (p) => `--${p.option} "${p.value}" is none of: ${p.known}`,
  fr: (p) => `--${p.option} « ${p.value} » n'est pas l'un de : ${p.known}`,
})
export const notANumber = message<{ option: string; value: string; largest: number }>('cli.not-a-number', {
  en: (p, f) => `--${p.option} "${p.value}" is not a whole number from 1 to ${f.number(p.largest)}.`,
  fr: (p, f) => `--${p.option} « ${p.value} » n'est pas un nombre entier de 1 à ${f.number(p.largest)}.`,
})
export const notADay = message<{ option: string; value: string }>('cli.not-a-day', {
  en: (p) => `--${p.option} "${p.value}" is not a day: write YYYY-MM-DD.`,
  fr: (p) => `--${p.option} « ${p.value} » n'est pas un jour : écrivez AAAA-MM-JJ.`,
})
export const blankText = message<{ option: string }>('cli.blank-text', {
  en: (p) => `--${p.option} is blank: write a text.`,
  fr: (p) => `--${p.option} est vide : écrivez un texte.`,
})
export const unknownRun = message<{ id: string }>('cli.unknown-run', {
  en: (p) => `There is no run ${p.id}.`,
  fr: (p) => `L'exécution ${p.id} n'existe pas.`,
})
export const runsListHint = message('cli.runs-list-hint', {
  en: () => 'The latest: vigie runs list',
  fr: () => 'Les dernières : vigie runs list',
})
export const unknownStep = message<{ name: string }>('cli.unknown-step', {
  en: (p) => `There is no routine, component or step "${p.name}".`,
  fr: (p) => `Aucune routine, aucun composant, aucune étape ne s'appelle « ${p.name} ».`,
})
export const knownSteps = message<{ names: string }>('cli.known-steps', {
  en: (p) => `Known: ${p.names}`,
  fr: (p) => `Connus : ${p.names}`,
})
export const unknownFinding = message<{ id: string }>('cli.unknown-finding', {
  en: (p) => `There is no finding ${p.id}.`,
  fr: (p) => `Le constat ${p.id} n'existe pas.`,
})
export const ambiguous = message<{ id: string; count: number }>('cli.ambiguous', {
  en: (p) => `${p.id} is the beginning of ${p.count} fingerprints: write more of it.`,
  fr: (p) => `${p.id} commence ${p.count} empreintes : écrivez-en davantage.`,
})
export const findingsListHint = message('cli.findings-list-hint', {
  en: () => 'All of them: vigie findings list',
  fr: () => 'Tous : vigie findings list',
})
export const statusWords = message<{ status: string; count: number }>('cli.status-count', {
  en: (p) => `${p.count} ${english[p.status] ?? p.status}`,
  fr: (p, f) => `${p.count} ${f.plural(p.count, french[p.status] ?? { one: p.status, other: p.status })}`,
})
export const runStatusWord = message<{ status: string }>('cli.run-status', {
  en: (p) => p.status.replace('_', ' '),
  fr: (p) => frenchRun[p.status] ?? p.status,
})
export const stateWord = message<{ state: string }>('cli.finding-state', {
  en: (p) => p.state,
  fr: (p) => ({ open: 'ouvert', accepted: 'accepté', fixed: 'corrigé' })[p.state] ?? p.state,
})
export const effectWord = message<{ effect: string }>('cli.effect', {
  en: (p) => p.effect,
  fr: (p) =>
    ({ observe: 'lecture', change: 'modification', disrupt: 'perturbation', destroy: 'destruction' })[p.effect] ??
    p.effect,
})
export const severityWord = message<{ severity: string }>('cli.severity', {
  en: (p) => p.severity,
  fr: (p) => ({ low: 'faible', medium: 'moyen', high: 'élevé', critical: 'critique' })[p.severity] ?? p.severity,
})

const english: Readonly<Record<string, string>> = {
  error: 'could not tell',
  waiting_approval: 'to approve',
  pending: 'to do',
  interrupted: 'interrupted',
}
const french: Readonly<Record<string, { one: string; other: string }>> = {
  pass: { one: 'réussi', other: 'réussis' },
  done: { one: 'faite', other: 'faites' },
  warn: { one: 'à surveiller', other: 'à surveiller' },
  fail: { one: 'en échec', other: 'en échec' },
  error: { one: 'indéterminé', other: 'indéterminés' },
  skipped: { one: 'passé', other: 'passés' },
  pending: { one: 'à faire', other: 'à faire' },
  interrupted: { one: 'interrompu', other: 'interrompus' },
  waiting_approval: { one: 'à approuver', other: 'à approuver' },
}
const frenchRun: Readonly<Record<string, string>> = {
  queued: 'en attente',
  running: 'en cours',
  waiting_approval: 'à approuver',
  succeeded: 'réussie',
  partial: 'partielle',
  failed: 'échouée',
  canceled: 'annulée',
  interrupted: 'interrompue',
}

export const sharedTexts = [
  unknownOption,
  needsValue,
  takesNoValue,
  unknownCommand,
  seeHelp,
  didYouMean,
  wrongCount,
  unexpected,
  unexpectedHint,
  outputLost,
  endedEarly,
  stillEnding,
  notOneOf,
  notANumber,
  notADay,
  blankText,
  unknownRun,
  runsListHint,
  unknownStep,
  knownSteps,
  unknownFinding,
  ambiguous,
  findingsListHint,
  statusWords,
  runStatusWord,
  stateWord,
  effectWord,
  severityWord,
]
