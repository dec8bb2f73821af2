import { message } from '../../core/message.ts'

export const notInCode = message('knex.not-in-code', {
  en: () => 'the database has it as applied, and there is no such file',
  fr: () => "la base la tient pour appliquée, et ce fichier n'existe pas",
})
export const noSql = message<{ detail: string }>('knex.no-sql', {
  en: (p) => `Knex shows no SQL before it runs: ${p.detail}`,
  fr: (p) => `Knex ne montre aucun SQL avant l'exécution : ${p.detail}`,
})
export const isLocked = message('knex.locked', {
  en: () => 'Knex holds its lock: a run goes on, or one was cut off. When none goes on: npx knex migrate:unlock',
  fr: () =>
    'Knex tient son verrou : une exécution est en cours, ou a été coupée. Si aucune ne tourne : npx knex migrate:unlock',
})

export const knexTexts = [notInCode, noSql, isLocked]
