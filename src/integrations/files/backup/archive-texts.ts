import { message } from '../../../core/message.ts'

const refusedFor = {
  absolute: { en: 'its name begins at the root of the machine', fr: 'son nom part de la racine de la machine' },
  upwards: { en: 'its name leads upwards, out of the tree', fr: "son nom remonte, hors de l'arborescence" },
  name: { en: 'its name is none', fr: "son nom n'en est pas un" },
  device: { en: 'it is a device or a pipe', fr: "c'est un périphérique ou un tube" },
  kind: { en: 'it is of a kind that no file is', fr: "elle est d'un type qui n'est celui d'aucun fichier" },
  content: { en: 'it has content, and is no file', fr: 'elle a un contenu sans être un fichier' },
  'below-a-link': { en: 'it is below something that is no folder', fr: "elle est sous ce qui n'est pas un dossier" },
  twice: { en: 'it comes twice', fr: 'elle vient deux fois' },
  order: { en: 'it does not come in its order', fr: "elle n'est pas à sa place dans l'ordre" },
  'hard-link': {
    en: 'it is a hard link to what is not in the tree',
    fr: "c'est un lien physique vers ce qui n'est pas dans l'arborescence",
  },
  'many-links': {
    en: 'it is a hard link after more links than can be looked at',
    fr: "c'est un lien physique après plus de liens qu'il n'est possible d'en examiner",
  },
  entries: { en: 'more comes than was backed up', fr: "il en vient plus qu'il n'en a été sauvegardé" },
  bytes: { en: 'it is larger than all that was backed up', fr: 'elle dépasse la taille de ce qui a été sauvegardé' },
  'outside-link': {
    en: 'it is a link out of the tree that was not there',
    fr: "c'est un lien hors de l'arborescence qui n'y était pas",
  },
} as const

export const archiveRefused = message<{ path: string; why: keyof typeof refusedFor }>('files.archive-refused', {
  en: (p) => `The archive was not packed by Vigie, or was changed since: ${p.path}: ${refusedFor[p.why].en}`,
  fr: (p) => `L'archive n'a pas été produite par Vigie, ou a été modifiée depuis : ${p.path} : ${refusedFor[p.why].fr}`,
})
export const archiveRefusedHint = message('files.archive-refused-hint', {
  en: () => 'Nothing of it was put in place. Take another backup, and find out who can write to the place of this one',
  fr: () =>
    "Rien n'en a été mis en place. Prenez une autre sauvegarde, et cherchez qui peut écrire à l'emplacement de celle-ci",
})
export const archiveSpoiled = message<{ detail: string }>('files.archive-spoiled', {
  en: (p) => `The archive of the tree cannot be read: ${p.detail}`,
  fr: (p) => `L'archive de l'arborescence est illisible : ${p.detail}`,
})
export const archiveTexts = [archiveRefused, archiveRefusedHint, archiveSpoiled]
