import type { Formatter } from '../../../core/formatter.ts'
import { message } from '../../../core/message.ts'

interface Keys {
  readonly keys: readonly string[]
}
const such = ({ keys }: Keys, as: string): string => (keys.length === 0 ? '' : ` (${as}${keys.join(', ')})`)
const rows = (count: number, f: Formatter): string =>
  f.plural(count, { one: '1 row', other: `${f.number(count, 0)} rows` })
const lignes = (count: number, f: Formatter): string =>
  f.plural(count, { one: '1 ligne', other: `${f.number(count, 0)} lignes` })

export const hasRows = message<{ rule: string; count: number; keys: readonly string[] }>('postgres.consistency-rows', {
  en: (p, f) => `${p.rule}: ${rows(p.count, f)} where there is to be none${such(p, 'such as ')}`,
  fr: (p, f) => `${p.rule} : ${lignes(p.count, f)} alors qu'il ne doit y en avoir aucune${such(p, 'dont ')}`,
})
export const otherValue = message<{ rule: string; value: string; wanted: string }>('postgres.consistency-value', {
  en: (p) => `${p.rule}: ${p.value}, where ${p.wanted} is expected`,
  fr: (p) => `${p.rule} : ${p.value}, alors que ${p.wanted} est attendu`,
})
export const countersDiffer = message<{
  rule: string
  different: number
  missing: number
  keys: readonly string[]
}>('postgres.consistency-counters', {
  en: (p, f) =>
    `${p.rule}: of the counters ${f.number(p.different, 0)} differ from their source and ${f.number(p.missing, 0)} are missing${such(p, 'such as ')}`,
  fr: (p, f) =>
    `${p.rule} : parmi les compteurs, ${f.number(p.different, 0)} diffèrent de leur source et ${f.number(p.missing, 0)} manquent${such(p, 'dont ')}`,
})
export const seeRule = message<{ component: string; rule: string }>('postgres.consistency-remedy', {
  en: (p) =>
    `Put the rows right where they are written, then look again: vigie db consistency ${p.rule} --component ${p.component}`,
  fr: (p) =>
    `Corrigez les lignes là où elles sont écrites, puis vérifiez : vigie db consistency ${p.rule} --component ${p.component}`,
})
export const couldNotJudge = message<{ rules: readonly string[]; rule: string; why: string; detail: string }>(
  'postgres.consistency-unknown',
  {
    en: (p, f) => `could not tell of ${f.list(p.rules)}: ${p.rule}: ${english(p)}`,
    fr: (p, f) => `indéterminé pour ${f.list(p.rules)} : ${p.rule} : ${french(p)}`,
  },
)
export const someUnknown = message<{
  first: string
  count: number
  rules: readonly string[]
  rule: string
  why: string
  detail: string
}>('postgres.consistency-some-unknown', {
  en: (p, f) =>
    `${f.plural(p.count, { one: '1 rule does not hold', other: `${p.count} rules do not hold` })} (${p.first}); could not tell of ${f.list(p.rules)}: ${p.rule}: ${english(p)}`,
  fr: (p, f) =>
    `${f.plural(p.count, { one: "1 règle n'est pas respectée", other: `${p.count} règles ne sont pas respectées` })} (${p.first}) ; indéterminé pour ${f.list(p.rules)} : ${p.rule} : ${french(p)}`,
})
export const violated = message<{ count: number; first: string }>('postgres.consistency-violated', {
  en: (p, f) =>
    `${f.plural(p.count, { one: '1 rule does not hold', other: `${p.count} rules do not hold` })} (${p.first})`,
  fr: (p, f) =>
    `${f.plural(p.count, { one: "1 règle n'est pas respectée", other: `${p.count} règles ne sont pas respectées` })} (${p.first})`,
})
export const holds = message<{ count: number }>('postgres.consistency-holds', {
  en: (p, f) => `${f.plural(p.count, { one: '1 rule holds', other: `${p.count} rules hold` })}`,
  fr: (p, f) => `${f.plural(p.count, { one: '1 règle est respectée', other: `${p.count} règles sont respectées` })}`,
})
export const noRules = message('postgres.consistency-none', {
  en: () => 'could not tell: no rule is declared',
  fr: () => "indéterminé : aucune règle n'est déclarée",
})
export const declareRules = message('postgres.consistency-declare', {
  en: () => "Declare one on the component: consistency: { 'name': { query: 'select id from …', expect: 'none' } }",
  fr: () => "Déclarez-en une sur le composant : consistency: { 'nom': { query: 'select id from …', expect: 'none' } }",
})
export const noSuchRule = message<{ rule: string }>('postgres.consistency-no-such', {
  en: (p) => `no rule is called "${p.rule}"`,
  fr: (p) => `aucune règle ne s'appelle « ${p.rule} »`,
})
export const knownRules = message<{ names: readonly string[] }>('postgres.consistency-known', {
  en: (p, f) => `Declared are: ${f.list(p.names)}`,
  fr: (p, f) => `Sont déclarées : ${f.list(p.names)}`,
})
export const mendRule = message<{ rule: string; why: string }>('postgres.consistency-mend', {
  en: (p) => englishRemedy[p.why] ?? `Try the SQL of ${p.rule} in psql as the role of the url, and correct it`,
  fr: (p) => frenchRemedy[p.why] ?? `Essayez le SQL de ${p.rule} dans psql avec le rôle de l'url, et corrigez-le`,
})
export const consistencyTexts = [
  ...[hasRows, otherValue, countersDiffer, seeRule, couldNotJudge, someUnknown, violated, holds],
  ...[noRules, declareRules, noSuchRule, knownRules, mendRule],
]

const english = ({ why, detail }: { readonly why: string; readonly detail: string }): string =>
  ({
    denied: `the role may not read this (${detail})`,
    slow: 'it took longer than its timeLimit',
    'no-row': 'it gives no row',
    'several-rows': `it gives ${detail} rows, where one is expected`,
    'no-value': 'its value is null',
    'not-a-number': 'its value is not a number',
    'double-keys': `${detail} keys stand twice on one side`,
    'null-keys': `${detail} keys are null`,
    'no-counters': 'neither its counter nor its source gives a row',
    'no-time': 'the time of the check was over before it',
  })[why] ?? detail
const french = ({ why, detail }: { readonly why: string; readonly detail: string }): string =>
  ({
    denied: `le rôle n'a pas le droit de lire ceci (${detail})`,
    slow: 'elle a duré plus que son timeLimit',
    'no-row': 'elle ne donne aucune ligne',
    'several-rows': `elle donne ${detail} lignes, alors qu'une seule est attendue`,
    'no-value': 'sa valeur est nulle',
    'not-a-number': "sa valeur n'est pas un nombre",
    'double-keys': `${detail} clés figurent deux fois d'un même côté`,
    'null-keys': `${detail} clés sont nulles`,
    'no-counters': 'ni son compteur ni sa source ne donnent de ligne',
    'no-time': 'le temps du contrôle était écoulé avant elle',
  })[why] ?? detail

const englishRemedy: Readonly<Record<string, string>> = {
  denied:
    'GRANT SELECT on the tables that it reads to the role of the url; where policies hide rows (row security) it needs ALTER ROLE … BYPASSRLS too',
  slow: 'Give it an index, or a longer timeLimit',
  'double-keys': 'Group by the key on both sides',
  'null-keys': 'Leave them out: … where the key is not null',
  'no-time': "Give the check more time: checks: { consistency: { timeLimit: '30m' } }",
}
const frenchRemedy: Readonly<Record<string, string>> = {
  denied:
    "GRANT SELECT sur les tables qu'elle lit au rôle de l'url ; là où des politiques cachent des lignes (row security) il lui faut aussi ALTER ROLE … BYPASSRLS",
  slow: 'Donnez-lui un index, ou un timeLimit plus long',
  'double-keys': 'Groupez par la clé des deux côtés',
  'null-keys': "Écartez-les : … where la clé n'est pas nulle",
  'no-time': "Donnez plus de temps au contrôle : checks: { consistency: { timeLimit: '30m' } }",
}
