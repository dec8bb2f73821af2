import { message } from '../../../core/message.ts'
import { retentionRefusals } from './refusal.ts'

interface Planned {
  readonly [key: string]: string | number | readonly string[]
  readonly rule: string
  readonly table: string
  readonly count: number
  readonly bytes: number
  readonly day: string
  readonly way: string
  /** Where the rows go; '' when they are deleted. */
  readonly to: string
  /** What the foreign keys of other tables do to their rows. */
  readonly also: readonly string[]
  readonly triggers: readonly string[]
  /** Partitions that go whole. */
  readonly partitions: readonly string[]
}

export const plannedRule = message<Planned>('postgres.retention-action', {
  en: (p, f) =>
    [
      `${p.rule}: ${englishWays[p.way] ?? p.way} ${f.plural(p.count, { one: '1 row', other: `${f.number(p.count)} rows` })} (about ${f.bytes(p.bytes)}) of ${p.table}${p.to === '' ? '' : ` to ${p.to}`}, from before ${p.day} UTC`,
      ...(p.partitions.length > 0
        ? [
            `${p.to === '' ? 'partitions that go whole' : 'partitions dropped once they are empty'}: ${f.list(p.partitions)}`,
          ]
        : []),
      ...(p.also.length > 0 ? [`rows of other tables go or change with them: ${f.list(p.also)}`] : []),
      ...(p.triggers.length > 0 ? [`each row fires ${f.list(p.triggers)}`] : []),
    ].join('; '),
  fr: (p, f) =>
    [
      `${p.rule} : ${frenchWays[p.way] ?? p.way} ${f.plural(p.count, { one: `${p.count} ligne`, other: `${f.number(p.count)} lignes` })} (environ ${f.bytes(p.bytes)}) de ${p.table}${p.to === '' ? '' : ` vers ${p.to}`}, d'avant le ${p.day} UTC`,
      ...(p.partitions.length > 0
        ? [
            `${p.to === '' ? 'partitions qui partent entières' : 'partitions supprimées une fois vides'} : ${f.list(p.partitions)}`,
          ]
        : []),
      ...(p.also.length > 0 ? [`des lignes d'autres tables partent ou changent avec elles : ${f.list(p.also)}`] : []),
      ...(p.triggers.length > 0 ? [`chaque ligne déclenche ${f.list(p.triggers)}`] : []),
    ].join(' ; '),
})
export const archiveUndo = message<{ table: string; archive: string; columns: string; partitions: string }>(
  'postgres.retention-undo',
  {
    en: (p) =>
      `${p.partitions}WITH back AS (DELETE FROM ${p.archive} WHERE ... RETURNING ${p.columns}) INSERT INTO ${p.table} (${p.columns}) OVERRIDING SYSTEM VALUE SELECT ${p.columns} FROM back;`,
    fr: (p) =>
      `${p.partitions}WITH retour AS (DELETE FROM ${p.archive} WHERE ... RETURNING ${p.columns}) INSERT INTO ${p.table} (${p.columns}) OVERRIDING SYSTEM VALUE SELECT ${p.columns} FROM retour;`,
  },
)
export const changedSince = message<{ planned: number; now: number }>('postgres.retention-changed', {
  en: (p, f) =>
    `what would go is not what was planned: ${f.number(p.now)} rows, ${f.number(p.planned)} in the plan. Plan it again`,
  fr: (p, f) =>
    `ce qui partirait n'est pas ce qui était prévu : ${f.number(p.now)} lignes, ${f.number(p.planned)} dans le plan. Établissez un nouveau plan`,
})
export const ruleChanged = message('postgres.retention-rule-changed', {
  en: () => 'the rule was changed or taken away since it was planned',
  fr: () => 'la règle a été modifiée ou retirée depuis le plan',
})
export const wentSoFar = message<{ done: number; left: number; batches: number; isWhole: boolean }>(
  'postgres.retention-went',
  {
    en: (p, f) =>
      `${f.number(p.done)} rows in ${f.number(p.batches)} batches${p.left <= 0 ? '' : p.isWhole ? `; ${f.number(p.left)} are in use or have changed: the next run takes them` : `; the time of the rule is over, ${f.number(p.left)} are left for the next run`}`,
    fr: (p, f) =>
      `${f.number(p.done)} lignes en ${f.number(p.batches)} lots${p.left <= 0 ? '' : p.isWhole ? ` ; ${f.number(p.left)} sont utilisées ou ont changé : la prochaine exécution les prendra` : ` ; le temps de la règle est écoulé, il en reste ${f.number(p.left)} pour la prochaine exécution`}`,
  },
)
export const noRules = message('postgres.retention-none', {
  en: () => 'no retention rule is declared for this database',
  fr: () => "aucune règle de rétention n'est déclarée pour cette base",
})
export const noRulesRemedy = message('postgres.retention-none-remedy', {
  en: () =>
    "Declare one: retention: { sessions: { table: 'user_sessions', age: 'expires_at', keep: '30d', action: 'delete' } }",
  fr: () =>
    "Déclarez-en une : retention: { sessions: { table: 'user_sessions', age: 'expires_at', keep: '30d', action: 'delete' } }",
})
export const unknownRule = message<{ name: string }>('postgres.retention-unknown', {
  en: (p) => `there is no retention rule "${p.name}"`,
  fr: (p) => `il n'y a pas de règle de rétention « ${p.name} »`,
})
export const knownRules = message<{ names: readonly string[] }>('postgres.retention-known', {
  en: (p, f) => `Known: ${f.list(p.names)}`,
  fr: (p, f) => `Connues : ${f.list(p.names)}`,
})

const englishWays: Readonly<Record<string, string>> = { delete: 'delete', archive: 'move', parquet: 'move' }
const frenchWays: Readonly<Record<string, string>> = { delete: 'supprimer', archive: 'déplacer', parquet: 'déplacer' }

export const retentionTexts = [
  ...retentionRefusals,
  ...[plannedRule, archiveUndo, changedSince, ruleChanged, wentSoFar, noRules, noRulesRemedy, unknownRule, knownRules],
]
