import { message } from '../../core/message.ts'

export const notInJournal = message('drizzle.not-in-journal', {
  en: () => 'the database has it as applied, and the journal does not name it',
  fr: () => 'la base la tient pour appliquée, et le journal ne la nomme pas',
})
export const changed = message('drizzle.changed', {
  en: () => 'its file is not the one that was applied',
  fr: () => "son fichier n'est pas celui qui a été appliqué",
})
export const neverApplied = message('drizzle.never', {
  en: () => 'it is older than the last one applied: Drizzle passes it over for ever',
  fr: () => "elle est plus ancienne que la dernière appliquée : Drizzle l'ignorera toujours",
})
export const noJournal = message<{ file: string }>('drizzle.no-journal', {
  en: (p) => `The journal of Drizzle ${p.file}, or a file that it names, cannot be read.`,
  fr: (p) => `Le journal de Drizzle ${p.file}, ou un fichier qu'il nomme, est illisible.`,
})
export const noJournalHint = message('drizzle.no-journal-hint', {
  en: () => 'Name the folder that drizzle.config calls "out", or make the first migration: npx drizzle-kit generate',
  fr: () =>
    'Nommez le dossier que drizzle.config appelle « out », ou créez la première migration : npx drizzle-kit generate',
})
export const kitFailed = message<{ verb: string; detail: string }>('drizzle.failed', {
  en: (p) => `drizzle-kit ${p.verb} failed: ${p.detail || 'it says nothing of why, the log of PostgreSQL does.'}`,
  fr: (p) =>
    `drizzle-kit ${p.verb} a échoué : ${p.detail || 'il ne dit pas pourquoi, le journal de PostgreSQL le dit.'}`,
})
export const kitFailedHint = message('drizzle.failed-hint', {
  en: () => 'Run the same in the folder of the code, and correct what it says.',
  fr: () => 'Lancez la même chose dans le dossier du code et corrigez ce qu’elle dit.',
})

export const drizzleTexts = [notInJournal, changed, neverApplied, noJournal, noJournalHint, kitFailed, kitFailedHint]
