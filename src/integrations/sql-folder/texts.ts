import { message } from '../../core/message.ts'

export const notInFolder = message('sql-folder.not-in-folder', {
  en: () => 'the database has it as applied, and the folder has no such file',
  fr: () => "la base la tient pour appliquée, et le dossier n'a pas ce fichier",
})
export const changed = message('sql-folder.changed', {
  en: () => 'its file is not the one that was applied',
  fr: () => "son fichier n'est pas celui qui a été appliqué",
})
export const begun = message('sql-folder.begun', {
  en: () => 'it runs without a transaction, began, and did not come to its end',
  fr: () => "elle tourne sans transaction, a commencé et n'est pas allée au bout",
})
export const late = message('sql-folder.late', {
  en: () => 'a later one is applied already: it comes out of its order',
  fr: () => 'une suivante est déjà appliquée : elle arrive hors de son ordre',
})
export const ownTransaction = message<{ id: string }>('sql-folder.own-transaction', {
  en: (p) => `${p.id} begins or ends a transaction itself: what it did could be kept while Vigie takes it for undone.`,
  fr: (p) =>
    `${p.id} ouvre ou ferme elle-même une transaction : son travail pourrait rester alors que Vigie le croit annulé.`,
})
export const ownTransactionHint = message('sql-folder.own-transaction-hint', {
  en: () =>
    'Take BEGIN and COMMIT out; when it must run without a transaction, write as its first line: -- vigie: no transaction',
  fr: () =>
    'Retirez BEGIN et COMMIT ; si elle doit tourner sans transaction, écrivez en première ligne : -- vigie: no transaction',
})
export const notParsed = message<{ id: string; detail: string }>('sql-folder.not-parsed', {
  en: (p) => `${p.id} cannot be read as SQL: ${p.detail}`,
  fr: (p) => `${p.id} n'est pas lisible comme SQL : ${p.detail}`,
})
export const noFolder = message<{ dir: string }>('sql-folder.no-folder', {
  en: (p) => `The folder of the migrations ${p.dir} cannot be read.`,
  fr: (p) => `Le dossier des migrations ${p.dir} est illisible.`,
})
export const noFolderHint = message('sql-folder.no-folder-hint', {
  en: () => "Make it, or name another one: sqlFolder({ folder: 'db/migrations' })",
  fr: () => "Créez-le, ou nommez-en un autre : sqlFolder({ folder: 'db/migrations' })",
})
export const noDown = message<{ id: string }>('sql-folder.no-down', {
  en: (p) => `There is no file ${p.id}.down.sql that says how to take it back.`,
  fr: (p) => `Aucun fichier ${p.id}.down.sql ne dit comment l'annuler.`,
})
export const noDownHint = message('sql-folder.no-down-hint', {
  en: () => 'Write it, or write a migration that undoes it.',
  fr: () => "Écrivez-le, ou écrivez une migration qui l'annule.",
})
export const busy = message('sql-folder.busy', {
  en: () => 'Another process applies migrations to this database now.',
  fr: () => 'Un autre processus applique des migrations à cette base en ce moment.',
})
export const notNumbered = message<{ names: string }>('sql-folder.not-numbered', {
  en: (p) => `Left out, since their names do not begin with a number: ${p.names}`,
  fr: (p) => `Laissés de côté, car leur nom ne commence pas par un nombre : ${p.names}`,
})

export const sqlFolderTexts = [
  ...[notInFolder, changed, begun, late, ownTransaction, ownTransactionHint, notParsed, noFolder, noFolderHint],
  ...[noDown, noDownHint, busy, notNumbered],
]
