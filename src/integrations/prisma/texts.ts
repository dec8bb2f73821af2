import { message } from '../../core/message.ts'

export const notInFolder = message('prisma.not-in-folder', {
  en: () => 'the database has it as applied, and the folder does not have it',
  fr: () => 'la base la tient pour appliquée, et le dossier ne la contient pas',
})
export const changed = message('prisma.changed', {
  en: () => 'its file is not the one that was applied',
  fr: () => "son fichier n'est pas celui qui a été appliqué",
})
export const begun = message('prisma.begun', {
  en: () => 'it began and did not end; say which it is: npx prisma migrate resolve --rolled-back or --applied',
  fr: () =>
    "elle a commencé et n'a pas fini ; dites ce qu'il en est : npx prisma migrate resolve --rolled-back ou --applied",
})
export const noFolder = message<{ dir: string }>('prisma.no-folder', {
  en: (p) => `The folder of the migrations ${p.dir}, or a migration.sql in it, cannot be read.`,
  fr: (p) => `Le dossier des migrations ${p.dir}, ou un migration.sql qui s'y trouve, est illisible.`,
})
export const noFolderHint = message('prisma.no-folder-hint', {
  en: () => "Name it: prisma({ folder: 'prisma/migrations' }), or make the first migration.",
  fr: () => "Nommez-le : prisma({ folder: 'prisma/migrations' }), ou créez la première migration.",
})
export const noAutoHint = message('prisma.no-auto-hint', {
  en: () => 'Run it yourself: npx prisma migrate dev --create-only; without --auto an empty one is made here.',
  fr: () => 'Lancez vous-même : npx prisma migrate dev --create-only ; sans --auto, une migration vide est créée ici.',
})
export const cliFailed = message<{ detail: string }>('prisma.failed', {
  en: (p) => `prisma migrate deploy failed: ${p.detail}`,
  fr: (p) => `prisma migrate deploy a échoué : ${p.detail}`,
})
export const cliFailedHint = message('prisma.failed-hint', {
  en: () => 'Run the same in the folder of the code, and correct what it says.',
  fr: () => 'Lancez la même chose dans le dossier du code et corrigez ce qu’elle dit.',
})

export const prismaTexts = [
  ...[notInFolder, changed, begun, noFolder, noFolderHint, noAutoHint, cliFailed, cliFailedHint],
]
