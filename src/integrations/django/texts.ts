import { message } from '../../core/message.ts'

export const notInCode = message('django.not-in-code', {
  en: () => 'the database has it as applied, and the code does not have it',
  fr: () => 'la base la tient pour appliquée, et le code ne la contient pas',
})
export const runsPython = message<{ detail: string }>('django.runs-python', {
  en: (p) => `it runs Python, which no SQL shows: ${p.detail}`,
  fr: (p) => `elle exécute du Python, qu'aucun SQL ne montre : ${p.detail}`,
})
export const noSql = message<{ detail: string }>('django.no-sql', {
  en: (p) => `Django cannot write it as SQL: ${p.detail}`,
  fr: (p) => `Django ne peut pas l'écrire en SQL : ${p.detail}`,
})
export const oldApps = message<{ names: string }>('django.old-apps', {
  en: (p) => `The database also has migrations of applications that are no longer installed: ${p.names}`,
  fr: (p) => `La base contient aussi des migrations d'applications qui ne sont plus installées : ${p.names}`,
})
export const fakeInitial = message<{ names: string }>('django.fake-initial', {
  en: (p) => `The tables that ${p.names} would make are there already, and the migration is not marked as applied.`,
  fr: (p) => `Les tables que ${p.names} créerait existent déjà, et la migration n'est pas marquée comme appliquée.`,
})
export const needsApp = message('django.needs-app', {
  en: () => 'An empty migration belongs to an application, and none is named.',
  fr: () => "Une migration vide appartient à une application, et aucune n'est nommée.",
})
export const needsAppHint = message('django.needs-app-hint', {
  en: () => "Write --auto, or name the application in the config: django({ app: 'shop' })",
  fr: () => "Écrivez --auto, ou nommez l'application dans la configuration : django({ app: 'shop' })",
})

export const djangoTexts = [notInCode, runsPython, noSql, oldApps, fakeInitial, needsApp, needsAppHint]
