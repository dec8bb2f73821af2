import { message } from '../../core/message.ts'

/** Why a part was stored whole where a difference to the last full backup would have been smaller. */
export const noZstdProgram = message('backups.whole-no-zstd', {
  en: () =>
    'Stored whole: differences need the program "zstd" (1.4.5 or later), which is not there. Install it: apt install zstd',
  fr: () =>
    'Enregistré en entier : les différences demandent le programme « zstd » (1.4.5 ou plus), qui est introuvable. Installez-le : apt install zstd',
})
export const oldZstdProgram = message<{ version: string }>('backups.whole-old-zstd', {
  en: (p) => `Stored whole: zstd ${p.version} cannot store differences. Install 1.4.5 or later.`,
  fr: (p) =>
    `Enregistré en entier : zstd ${p.version} ne sait pas enregistrer de différences. Installez la version 1.4.5 ou plus.`,
})
export const noRoom = message<{ folder: string; freeBytes: number; wanted: number }>('backups.whole-no-room', {
  en: (p, f) =>
    `Stored whole: a difference needs ${f.bytes(p.wanted)} free below ${p.folder}, where ${f.bytes(p.freeBytes)} are left`,
  fr: (p, f) =>
    `Enregistré en entier : une différence demande ${f.bytes(p.wanted)} libres sous ${p.folder}, où il reste ${f.bytes(p.freeBytes)}`,
})
export const referenceGone = message<{ backup: string }>('backups.whole-reference-gone', {
  en: (p) =>
    `Stored whole: the copy of the full backup ${p.backup} that differences are made to is not on this machine any more`,
  fr: (p) =>
    `Enregistré en entier : la copie de la sauvegarde complète ${p.backup}, dont partent les différences, n'est plus sur cette machine`,
})
/** A segment that had to be stored by itself: the full backup has a fault, or its copy here has. */
export const referenceUnusable = message<{ backup: string; object: string; why: string }>(
  'backups.reference-unusable',
  {
    en: (p) =>
      `${p.object} of the full backup ${p.backup} cannot be built on (${p.why}): what it held was stored again. Verify that backup.`,
    fr: (p) =>
      `${p.object} de la sauvegarde complète ${p.backup} ne peut pas servir de base (${p.why}) : son contenu a été enregistré à nouveau. Vérifiez cette sauvegarde.`,
  },
)
export const differenceFailed = message<{ why: string }>('backups.difference-failed', {
  en: (p) => `zstd could not store a difference (${p.why}): that piece was stored by itself`,
  fr: (p) => `zstd n'a pas pu enregistrer une différence (${p.why}) : ce morceau a été enregistré seul`,
})
export const notKept = message<{ why: string }>('backups.reference-not-kept', {
  en: (p) => `No copy of this backup could be kept on this machine (${p.why}): the next one will be stored whole`,
  fr: (p) =>
    `Aucune copie de cette sauvegarde n'a pu être gardée sur cette machine (${p.why}) : la prochaine sera enregistrée en entier`,
})
export const packTexts = [
  differenceFailed,
  noZstdProgram,
  oldZstdProgram,
  noRoom,
  referenceGone,
  referenceUnusable,
  notKept,
]
