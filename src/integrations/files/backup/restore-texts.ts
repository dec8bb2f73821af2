import { message } from '../../../core/message.ts'

export const holes = message<{ count: number }>('files.restore-holes', {
  en: (p, f) => `${f.number(p.count)} files of the backup have holes, which the tar of this machine cannot unpack`,
  fr: (p, f) =>
    `${f.number(p.count)} fichiers de la sauvegarde ont des trous, que le tar de cette machine ne sait pas déballer`,
})
export const holesHint = message('files.restore-holes-hint', {
  en: () => 'Install GNU tar: apk add tar',
  fr: () => 'Installez GNU tar : apk add tar',
})
export const notInBackup = message<{ path: string }>('files.restore-not-in-backup', {
  en: (p) => `Nothing in the backup is called ${p.path}, nor fits it`,
  fr: (p) => `Rien dans la sauvegarde ne s'appelle ${p.path}, ni n'y correspond`,
})
export const notAsPacked = message('files.restore-not-as-packed', {
  en: () => 'The archive was read to its end, and is not what was packed: names, sizes, modes or times differ',
  fr: () =>
    "L'archive a été lue jusqu'au bout et n'est pas ce qui a été empaqueté : noms, tailles, modes ou dates diffèrent",
})
export const unpackLate = message<{ path: string }>('files.restore-late', {
  en: (p) => `tar did not come to an end in time while it unpacked into ${p.path}, or was ended`,
  fr: (p) => `tar n'a pas fini à temps de déballer dans ${p.path}, ou a été arrêté`,
})
export const unpackFailed = message<{ path: string; detail: string }>('files.restore-failed', {
  en: (p) => `tar could not unpack into ${p.path}: ${p.detail}`,
  fr: (p) => `tar n'a pas pu déballer dans ${p.path} : ${p.detail}`,
})
export const fullMeanwhile = message<{ path: string }>('files.restore-full', {
  en: (p) => `The disk became full while ${p.path} was unpacked; what was unpacked is removed`,
  fr: (p) => `Le disque s'est rempli pendant le déballage de ${p.path} ; ce qui était déballé est retiré`,
})
export const noSpace = message<{ path: string; needed: number; free: number }>('files.restore-no-space', {
  en: (p, f) => `There is not enough space for ${p.path}: ${f.bytes(p.needed)} are needed, ${f.bytes(p.free)} are free`,
  fr: (p, f) =>
    `Il n'y a pas assez de place pour ${p.path} : ${f.bytes(p.needed)} nécessaires, ${f.bytes(p.free)} libres`,
})
export const noInodes = message<{ path: string; needed: number; free: number }>('files.restore-no-inodes', {
  en: (p, f) =>
    `The file system of ${p.path} has room for ${f.number(p.free)} more files, and ${f.number(p.needed)} come`,
  fr: (p, f) =>
    `Le système de fichiers de ${p.path} n'a de place que pour ${f.number(p.free)} fichiers, il en vient ${f.number(p.needed)}`,
})
export const noSpaceHint = message('files.restore-no-space-hint', {
  en: () => 'Make room there, or name another place: --to FOLDER',
  fr: () => 'Faites-y de la place, ou indiquez un autre endroit : --to DOSSIER',
})
export const isThere = message<{ path: string }>('files.restore-there', {
  en: (p) => `${p.path} is there already, and not empty: nothing is restored into it`,
  fr: (p) => `${p.path} existe déjà et n'est pas vide : rien n'y est restauré`,
})
export const isThereHint = message('files.restore-there-hint', {
  en: () => 'Move it away, or name another place: --to FOLDER',
  fr: () => 'Déplacez-le, ou indiquez un autre endroit : --to DOSSIER',
})
export const notBeside = message<{ path: string; other: string }>('files.restore-not-beside', {
  en: (p) => `${p.path} belongs to ${p.other}: nothing is restored there`,
  fr: (p) => `${p.path} appartient à ${p.other} : rien n'y est restauré`,
})
export const noParent = message<{ path: string }>('files.restore-no-parent', {
  en: (p) => `The folder ${p.path} is not there, or cannot be written to`,
  fr: (p) => `Le dossier ${p.path} n'existe pas, ou n'est pas inscriptible`,
})
export const noParentHint = message('files.restore-no-parent-hint', {
  en: () => 'Make it, or name another place: --to FOLDER',
  fr: () => 'Créez-le, ou indiquez un autre endroit : --to DOSSIER',
})
export const wouldLose = message<{ path: string; place: string }>('files.restore-would-lose', {
  en: (p) =>
    `${p.path} cannot be replaced as a whole: ${p.place} in it is no part of the backup and must stay where it is`,
  fr: (p) =>
    `${p.path} ne peut pas être remplacé en entier : ${p.place}, qui s'y trouve, ne fait pas partie de la sauvegarde et doit rester en place`,
})
export const wouldLoseHint = message('files.restore-would-lose-hint', {
  en: () => 'Restore beside it and move what you need, or name the files and folders: --only PATH',
  fr: () => "Restaurez à côté et déplacez ce qu'il faut, ou nommez les fichiers et dossiers : --only CHEMIN",
})
export const notOurs = message<{ path: string }>('files.restore-not-ours', {
  en: (p) => `${p.path} stands where Vigie unpacks, and was not left there by Vigie`,
  fr: (p) => `${p.path} se trouve là où Vigie déballe, et n'y a pas été laissé par Vigie`,
})
export const notOursHint = message<{ path: string }>('files.restore-not-ours-hint', {
  en: (p) => `See whose it is, and move it away: ls -la ${p.path}`,
  fr: (p) => `Voyez à qui c'est, et déplacez-le : ls -la ${p.path}`,
})
export const notAsUnpacked = message<{ name: string; expected: string; actual: string }>(
  'files.restore-not-as-unpacked',
  {
    en: (p) => `What was unpacked is not what was backed up: ${p.name}: ${p.expected} expected, ${p.actual} found`,
    fr: (p) =>
      `Ce qui a été déballé n'est pas ce qui a été sauvegardé : ${p.name} : ${p.expected} attendu, ${p.actual} trouvé`,
  },
)
export const tooManyNames = message<{ path: string }>('files.restore-many-names', {
  en: (p) => `${p.path} is a mount and holds too much to be exchanged piece by piece`,
  fr: (p) => `${p.path} est un montage et contient trop d'éléments pour être échangé pièce par pièce`,
})
export const changedSince = message<{ path: string }>('files.restore-changed', {
  en: (p) => `${p.path} is not the folder any more that was planned for`,
  fr: (p) => `${p.path} n'est plus le dossier pour lequel le plan a été fait`,
})
export const throughLink = message<{ path: string }>('files.restore-through-link', {
  en: (p) => `The way to ${p.path} leads through a link, or through what is no folder`,
  fr: (p) => `Le chemin vers ${p.path} passe par un lien, ou par ce qui n'est pas un dossier`,
})

type Restoring = {
  backup: string
  at: string
  path: string
  files: number
  bytes: number
  keepsOwners: boolean
}
const owners = {
  en: (p: Restoring): string => (p.keepsOwners ? '' : '; all of it will belong to the user of Vigie, who is not root'),
  fr: (p: Restoring): string =>
    p.keepsOwners ? '' : " ; tout appartiendra à l'utilisateur de Vigie, qui n'est pas root",
}
export const restoreBeside = message<Restoring>('files.restore-beside', {
  en: (p, f) =>
    `restore ${f.number(p.files)} files (${f.bytes(p.bytes)}) of ${f.dateTime(p.at)} into ${p.path}${owners.en(p)}`,
  fr: (p, f) =>
    `restaurer ${f.number(p.files)} fichiers (${f.bytes(p.bytes)}) du ${f.dateTime(p.at)} dans ${p.path}${owners.fr(p)}`,
})
export const restoreOver = message<Restoring>('files.restore-over', {
  en: (p, f) =>
    `put ${f.number(p.files)} files (${f.bytes(p.bytes)}) of ${f.dateTime(p.at)} in the place of ${p.path}, which is kept as ${p.path}.before-<time>${owners.en(p)}`,
  fr: (p, f) =>
    `mettre ${f.number(p.files)} fichiers (${f.bytes(p.bytes)}) du ${f.dateTime(p.at)} à la place de ${p.path}, qui est gardé sous ${p.path}.before-<heure>${owners.fr(p)}`,
})
export const restoreInside = message<Restoring>('files.restore-inside', {
  en: (p, f) =>
    `put ${f.number(p.files)} files (${f.bytes(p.bytes)}) of ${f.dateTime(p.at)} in the place of what is in ${p.path}, a mount, which is kept in it as .vigie-before-<time>${owners.en(p)}`,
  fr: (p, f) =>
    `mettre ${f.number(p.files)} fichiers (${f.bytes(p.bytes)}) du ${f.dateTime(p.at)} à la place du contenu de ${p.path}, un montage, qui y est gardé sous .vigie-before-<heure>${owners.fr(p)}`,
})
export const restoreSome = message<Restoring & { only: readonly string[] }>('files.restore-some', {
  en: (p, f) => `restore ${p.only.join(', ')} of ${f.dateTime(p.at)} into ${p.path}${owners.en(p)}`,
  fr: (p, f) => `restaurer ${p.only.join(', ')} du ${f.dateTime(p.at)} dans ${p.path}${owners.fr(p)}`,
})
export const restoreSomeOver = message<Restoring & { only: readonly string[] }>('files.restore-some-over', {
  en: (p, f) =>
    `put ${p.only.join(', ')} of ${f.dateTime(p.at)} back into ${p.path}; what stands there is kept beside as <name>.before-<time>${owners.en(p)}`,
  fr: (p, f) =>
    `remettre ${p.only.join(', ')} du ${f.dateTime(p.at)} dans ${p.path} ; ce qui s'y trouve est gardé à côté sous <nom>.before-<heure>${owners.fr(p)}`,
})
export const undoOver = message<{ path: string }>('files.restore-undo', {
  en: (p) => `move ${p.path}.before-<time> back in its place`,
  fr: (p) => `remettre ${p.path}.before-<heure> à sa place`,
})
export const restoredNote = message<{ files: number; bytes: number; place: string }>('files.restored', {
  en: (p, f) =>
    `${f.plural(p.files, { one: '1 file', other: `${f.number(p.files)} files` })}, ${f.bytes(p.bytes)}, compared with the backup, in ${p.place}`,
  fr: (p, f) =>
    `${f.plural(p.files, { one: '1 fichier', other: `${f.number(p.files)} fichiers` })}, ${f.bytes(p.bytes)}, comparés avec la sauvegarde, dans ${p.place}`,
})
export const replacedNote = message<{ files: number; bytes: number; place: string; before: string }>(
  'files.restored-over',
  {
    en: (p, f) =>
      `${f.plural(p.files, { one: '1 file', other: `${f.number(p.files)} files` })}, ${f.bytes(p.bytes)}, compared with the backup, in ${p.place}; what was there is ${p.before}`,
    fr: (p, f) =>
      `${f.plural(p.files, { one: '1 fichier', other: `${f.number(p.files)} fichiers` })}, ${f.bytes(p.bytes)}, comparés avec la sauvegarde, dans ${p.place} ; ce qui s'y trouvait est ${p.before}`,
  },
)

export const restoreTexts = [
  ...[holes, holesHint, notInBackup, notAsPacked, unpackLate, unpackFailed, fullMeanwhile, noSpace, noInodes],
  ...[
    noSpaceHint,
    isThere,
    isThereHint,
    notBeside,
    noParent,
    noParentHint,
    wouldLose,
    wouldLoseHint,
    notOurs,
    notOursHint,
  ],
  ...[notAsUnpacked, tooManyNames, changedSince, throughLink, restoreBeside, restoreOver, restoreInside, restoreSome],
  ...[restoreSomeOver, undoOver, restoredNote, replacedNote],
]
