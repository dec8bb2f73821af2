import { message } from '../../../core/message.ts'

/** One table that stands in the database, and what is done with its rows. A type: it is JSON. */
type Changed = { readonly table: string; readonly way: 'replace' | 'merge'; readonly by: string; readonly kept: string }

export const restoreTables = message<{
  backup: string
  at: string
  back: readonly string[]
  views: readonly string[]
  changed: readonly Changed[]
}>('postgres.restore-tables-action', {
  en: (p, f) => {
    const parts = [
      p.back.length > 0 &&
        `bring back ${f.list(p.back)} with indexes, constraints, grants, sequences and the foreign keys of others`,
      p.views.length > 0 &&
        `with ${f.plural(p.views.length, { one: 'the view', other: 'the views' })} ${f.list(p.views)}`,
      ...p.changed.map(({ table, way, by, kept }) =>
        way === 'replace'
          ? `replace the rows of ${table} inside the table, so that its grants, keys, triggers and views stay; the rows of now are kept in ${kept}`
          : `merge the rows of ${table}, since ${by} refer to it: missing rows come back, changed ones become as they were, newer ones stay; the rows of now are kept in ${kept}`,
      ),
    ].filter((one) => one !== false)
    return `${parts.join('; ')} (backup ${p.backup} of ${f.dateTime(p.at)})`
  },
  fr: (p, f) => {
    const parts = [
      p.back.length > 0 &&
        `faire revenir ${f.list(p.back)} avec index, contraintes, droits, séquences et les clés étrangères des autres tables`,
      p.views.length > 0 && `avec ${f.plural(p.views.length, { one: 'la vue', other: 'les vues' })} ${f.list(p.views)}`,
      ...p.changed.map(({ table, way, by, kept }) =>
        way === 'replace'
          ? `remplacer les lignes de ${table} dans la table même, pour que ses droits, clés, déclencheurs et vues restent ; les lignes actuelles sont gardées dans ${kept}`
          : `fusionner les lignes de ${table}, car ${by} y font référence : les lignes manquantes reviennent, les modifiées redeviennent ce qu'elles étaient, les plus récentes restent ; les lignes actuelles sont gardées dans ${kept}`,
      ),
    ].filter((one) => one !== false)
    return `${parts.join(' ; ')} (sauvegarde ${p.backup} du ${f.dateTime(p.at)})`
  },
})
export const undoTables = message<{ dropped: readonly string[]; kept: readonly string[] }>(
  'postgres.restore-tables-undo',
  {
    en: (p) =>
      [...p.dropped.map((one) => `DROP TABLE ${one};`), ...p.kept.map((one) => `rows of before: ${one}`)].join(' '),
    fr: (p) =>
      [...p.dropped.map((one) => `DROP TABLE ${one};`), ...p.kept.map((one) => `lignes d'avant : ${one}`)].join(' '),
  },
)
export const tablesRestored = message<{
  rows: number
  written: number
  removed: number
  unchecked: readonly string[]
  refused: readonly string[]
}>('postgres.restore-tables-done', {
  en: (p, f) =>
    [
      `${f.plural(p.rows, { one: '1 row', other: `${f.number(p.rows)} rows` })} read from the backup and compared`,
      p.written + p.removed > 0 &&
        `${f.number(p.written)} written, ${f.number(p.removed)} removed in tables that stood`,
      p.unchecked.length > 0 &&
        `foreign keys with rows of before that do not hold, left NOT VALID (they hold for new rows): ${f.list(p.unchecked)}`,
      p.refused.length > 0 && `not brought back: ${p.refused.join('; ')}`,
    ]
      .filter((one) => one !== false)
      .join('. '),
  fr: (p, f) =>
    [
      `${f.plural(p.rows, { one: '1 ligne lue', other: `${f.number(p.rows)} lignes lues` })} dans la sauvegarde et comparées`,
      p.written + p.removed > 0 &&
        `${f.number(p.written)} écrites, ${f.number(p.removed)} retirées dans les tables présentes`,
      p.unchecked.length > 0 &&
        `clés étrangères dont des lignes d'avant ne tiennent pas, laissées NOT VALID (elles valent pour les nouvelles lignes) : ${f.list(p.unchecked)}`,
      p.refused.length > 0 && `non rétablis : ${p.refused.join(' ; ')}`,
    ]
      .filter((one) => one !== false)
      .join('. '),
})

type Why = 'kind' | 'not-ours' | 'columns' | 'added' | 'rules' | 'no-key' | 'needs' | 'create' | 'names' | 'subject'
type Refused = { readonly table: string; readonly why: Why; readonly detail: string }
const english: Readonly<Record<Why, (detail: string) => string>> = {
  kind: () => 'something else than a table has that name now',
  'not-ours': (role) => `its owner is ${role}, and our role may not act as that one`,
  columns: (names) => `the backup has columns that it no longer has: ${names}`,
  added: (names) =>
    `the backup does not know its columns ${names}, and without a primary key nobody can tell whose values they are`,
  rules: (names) => `rules stand on it, which would change what is written: ${names}`,
  'no-key': (names) => `${names} refer to it and it has no primary key, so its rows cannot be told apart`,
  needs: (names) => `it needs what is not there: ${names}`,
  create: () => 'our role may not create a schema for the rows of now (CREATE on the database)',
  names: () => 'the dump has another encoding than UTF-8, and names beyond ASCII',
  subject: () => 'it has no rows of its own',
}
const french: Readonly<Record<Why, (detail: string) => string>> = {
  kind: () => "autre chose qu'une table porte ce nom maintenant",
  'not-ours': (role) => `son propriétaire est ${role}, et notre rôle ne peut agir à sa place`,
  columns: (names) => `la sauvegarde a des colonnes qu'elle n'a plus : ${names}`,
  added: (names) =>
    `la sauvegarde ne connaît pas ses colonnes ${names}, et sans clé primaire on ne sait à quelle ligne vont leurs valeurs`,
  rules: (names) => `des règles y changeraient ce qui est écrit : ${names}`,
  'no-key': (names) => `${names} y font référence et elle n'a pas de clé primaire : ses lignes ne se distinguent pas`,
  needs: (names) => `il lui manque : ${names}`,
  create: () => 'notre rôle ne peut créer un schéma pour les lignes actuelles (CREATE sur la base)',
  names: () => "le dump a un autre encodage qu'UTF-8, et des noms au-delà de l'ASCII",
  subject: () => "elle n'a pas de lignes à elle",
}
export const tableRefused = message<Refused>('postgres.restore-table-refused', {
  en: (p) => `table ${p.table} cannot be restored into this database: ${english[p.why](p.detail)}`,
  fr: (p) => `la table ${p.table} ne peut être restaurée dans cette base : ${french[p.why](p.detail)}`,
})
export const tableRefusedRemedy = message<{ why: Why; detail: string }>('postgres.restore-table-refused-remedy', {
  en: (p) =>
    p.why === 'not-ours'
      ? `Give the url of ${p.detail} as actingUrl; or restore the whole backup beside and copy from there`
      : p.why === 'create'
        ? 'GRANT CREATE ON DATABASE to the role of actingUrl; or restore the whole backup beside and copy from there'
        : p.why === 'needs'
          ? 'Name these tables too; or restore the whole backup beside and copy from there'
          : 'Restore the whole backup beside (without --table) and copy the rows from there',
  fr: (p) =>
    p.why === 'not-ours'
      ? `Donnez l'url de ${p.detail} dans actingUrl ; ou restaurez toute la sauvegarde à côté et copiez depuis là`
      : p.why === 'create'
        ? 'GRANT CREATE ON DATABASE au rôle de actingUrl ; ou restaurez toute la sauvegarde à côté et copiez depuis là'
        : p.why === 'needs'
          ? 'Nommez aussi ces tables ; ou restaurez toute la sauvegarde à côté et copiez depuis là'
          : 'Restaurez toute la sauvegarde à côté (sans --table) et copiez les lignes depuis là',
})
export const rowsDiffer = message<{ table: string; expected: number; actual: number }>('postgres.restore-rows-differ', {
  en: (p, f) =>
    `${p.table} should have ${f.number(p.expected)} rows as in the backup, and has ${f.number(p.actual)}: nothing was changed`,
  fr: (p, f) =>
    `${p.table} devrait avoir ${f.number(p.expected)} lignes comme dans la sauvegarde, et en a ${f.number(p.actual)} : rien n'a été changé`,
})
export const rowsDifferRemedy = message('postgres.restore-rows-differ-remedy', {
  en: () => 'Take another backup: vigie backups list',
  fr: () => 'Prenez une autre sauvegarde : vigie backups list',
})
export const tableChanged = message<{ table: string }>('postgres.restore-table-changed', {
  en: (p) => `${p.table} is no longer as it was when this was planned: plan again`,
  fr: (p) => `${p.table} n'est plus telle qu'au moment du plan : planifiez de nouveau`,
})
export const tableTexts = [
  ...[restoreTables, undoTables, tablesRestored, tableRefused, tableRefusedRemedy],
  ...[rowsDiffer, rowsDifferRemedy, tableChanged],
]
