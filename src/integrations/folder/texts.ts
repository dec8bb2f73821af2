import { message } from '../../core/message.ts'

export const noFolder = message<{ path: string }>('folder.none', {
  en: (p) => `${p.path} is not a folder that is there`,
  fr: (p) => `${p.path} n'est pas un dossier existant`,
})
export const noFolderHint = message('folder.none-hint', {
  en: () => 'Mount it, or make it: Vigie does not make it, so that nothing is stored where a disk should be.',
  fr: () =>
    'Montez-le, ou créez-le : Vigie ne le crée pas, pour ne rien enregistrer là où un disque devrait être monté.',
})
export const folderRefused = message<{ path: string; detail: string }>('folder.refused', {
  en: (p) => `${p.path} cannot be used: ${p.detail}`,
  fr: (p) => `${p.path} n'est pas utilisable : ${p.detail}`,
})
export const folderFull = message<{ path: string }>('folder.full', {
  en: (p) => `There is no space left for ${p.path}`,
  fr: (p) => `Il n'y a plus de place pour ${p.path}`,
})
export const folderFullHint = message('folder.full-hint', {
  en: () => 'Make room on that disk, or let old backups go: vigie backups prune --dry-run',
  fr: () => 'Libérez de la place sur ce disque, ou supprimez d’anciennes sauvegardes : vigie backups prune --dry-run',
})
export const notThere = message<{ path: string }>('folder.object-missing', {
  en: (p) => `${p.path} is not in the repository`,
  fr: (p) => `${p.path} n'est pas dans le dépôt`,
})
export const folderTexts = [noFolder, noFolderHint, folderRefused, folderFull, folderFullHint, notThere]
