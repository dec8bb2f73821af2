import { message } from '../../../core/message.ts'

export const noPart = message<{ volume: string; backup: string }>('volume.no-part', {
  en: (p) => `The backup ${p.backup} holds no archive of the volume ${p.volume}.`,
  fr: (p) => `La sauvegarde ${p.backup} ne contient aucune archive du volume ${p.volume}.`,
})
export const unreadableFacts = message<{ backup: string }>('volume.unreadable-facts', {
  en: (p) => `What the backup ${p.backup} says of its volume is not readable by this version of Vigie.`,
  fr: (p) => `Ce que la sauvegarde ${p.backup} dit de son volume n'est pas lisible par cette version de Vigie.`,
})
export const onlyWhole = message('volume.only-whole', {
  en: () => 'Of a volume only the whole can be restored.',
  fr: () => "D'un volume, seul l'ensemble peut être restauré.",
})
export const onlyWholeHint = message('volume.only-whole-hint', {
  en: () => 'Restore it beside, under a name of its own, and copy the files that you want out of it.',
  fr: () => 'Restaurez-le à côté, sous un autre nom, et copiez-en les fichiers voulus.',
})
export const badName = message<{ name: string }>('volume.bad-target', {
  en: (p) => `${p.name} is not a name for a Docker volume.`,
  fr: (p) => `${p.name} n'est pas un nom de volume Docker.`,
})
export const exists = message<{ name: string }>('volume.target-exists', {
  en: (p) => `There is a volume ${p.name} already; it is left as it is.`,
  fr: (p) => `Il existe déjà un volume ${p.name} ; il est laissé tel quel.`,
})
export const existsHint = message<{ name: string }>('volume.target-exists-hint', {
  en: (p) => `Name another with --to, or remove it when nobody needs it: docker volume rm ${p.name}`,
  fr: (p) => `Indiquez-en un autre par --to, ou supprimez-le si personne n'en a besoin : docker volume rm ${p.name}`,
})
export const noSpace = message<{ volume: string; free: number; needed: number }>('volume.no-space', {
  en: (p, f) =>
    `Where Docker keeps its volumes ${f.bytes(p.free)} are left; ${p.volume} needs about ${f.bytes(p.needed)}.`,
  fr: (p, f) =>
    `Là où Docker garde ses volumes, il reste ${f.bytes(p.free)} ; ${p.volume} demande environ ${f.bytes(p.needed)}.`,
})
export const devicesRefused = message<{ count: number }>('volume.devices-refused', {
  en: (p) => `The backup holds device nodes (${p.count}), which a restore makes only when it is told to.`,
  fr: (p) =>
    `La sauvegarde contient des fichiers de périphérique (${p.count}), qu'une restauration ne crée que sur demande.`,
})
export const devicesHint = message('volume.devices-refused-hint', {
  en: () => 'When you put them there yourself, set allowDevices: true on the volume.',
  fr: () => 'Si vous les y avez mis vous-même, mettez allowDevices: true sur le volume.',
})
export const notTheSame = message<{ what: string; name: string; expected: string; actual: string }>(
  'volume.not-the-same',
  {
    en: (p) => `${p.what} is not what was backed up: ${p.name} should be ${p.expected}, and is ${p.actual}.`,
    fr: (p) =>
      `${p.what} n'est pas ce qui a été sauvegardé : ${p.name} devrait être ${p.expected}, et est ${p.actual}.`,
  },
)
export const willUnpack = message<{ backup: string; target: string }>('volume.will-unpack', {
  en: (p) => `unpack the backup ${p.backup} into the new volume ${p.target}, and compare it with what was backed up`,
  fr: (p) =>
    `décompresser la sauvegarde ${p.backup} dans le nouveau volume ${p.target} et la comparer à ce qui a été sauvegardé`,
})
export const willReuse = message<{ target: string }>('volume.will-reuse', {
  en: (p) => `compare the volume ${p.target}, which an earlier restore unpacked, with what was backed up`,
  fr: (p) => `comparer le volume ${p.target}, décompressé par une restauration précédente, à ce qui a été sauvegardé`,
})
export const removeIt = message<{ name: string }>('volume.remove-it', {
  en: (p) => `docker volume rm ${p.name}`,
  fr: (p) => `docker volume rm ${p.name}`,
})
export const willSwap = message<{ volume: string; restored: string; before: string; containers: readonly string[] }>(
  'volume.will-swap',
  {
    en: (p, f) =>
      `put the content of ${p.restored} in the place of that of ${p.volume}${p.containers.length === 0 ? '' : `; ${f.list(p.containers)} stopped meanwhile, then started, and healthy or all is put back`}; the old content is kept in ${p.before}`,
    fr: (p, f) =>
      `mettre le contenu de ${p.restored} à la place de celui de ${p.volume}${p.containers.length === 0 ? '' : ` ; ${f.list(p.containers)} : arrêt, puis redémarrage, et tout est remis en place sans bonne santé`} ; l'ancien contenu est gardé dans ${p.before}`,
  },
)
export const undoSwap = message<{ volume: string; before: string }>('volume.undo-swap', {
  en: (p) =>
    `the old content of ${p.volume} stays in the volume ${p.before} until you remove it: docker volume rm ${p.before}`,
  fr: (p) =>
    `l'ancien contenu de ${p.volume} reste dans le volume ${p.before} jusqu'à sa suppression : docker volume rm ${p.before}`,
})
export const willPutBack = message<{ volume: string; before: string }>('volume.will-put-back', {
  en: (p) =>
    `put the old content of ${p.volume} back from ${p.before}: a restore before this one was killed in its middle`,
  fr: (p) =>
    `remettre l'ancien contenu de ${p.volume} depuis ${p.before} : une restauration précédente a été tuée en plein travail`,
})
export const unpacked = message<{ target: string }>('volume.unpacked', {
  en: (p) => `${p.target} holds what was backed up, compared entry by entry.`,
  fr: (p) => `${p.target} contient ce qui a été sauvegardé, comparé entrée par entrée.`,
})
export const swapped = message<{ volume: string; before: string }>('volume.swapped', {
  en: (p) => `${p.volume} holds what was backed up, and all that has it is healthy. The old content: ${p.before}.`,
  fr: (p) =>
    `${p.volume} contient ce qui a été sauvegardé, et tout ce qui l'utilise est sain. L'ancien contenu : ${p.before}.`,
})
export const putBack = message<{ volume: string }>('volume.put-back', {
  en: (p) => `The old content of ${p.volume} is back in its place.`,
  fr: (p) => `L'ancien contenu de ${p.volume} est revenu à sa place.`,
})
export const othersHaveIt = message<{ volume: string }>('volume.others-have-it', {
  en: (p) => `Other containers have ${p.volume} than when this was planned.`,
  fr: (p) => `D'autres conteneurs ont ${p.volume} que lors de la planification.`,
})
export const nothingToPutBack = message('volume.nothing-to-put-back', {
  en: () => 'There is nothing left to put back.',
  fr: () => "Il n'y a plus rien à remettre en place.",
})
export const isPaused = message<{ container: string }>('volume.is-paused', {
  en: (p) => `The container ${p.container} is paused: it cannot be stopped in an orderly way.`,
  fr: (p) => `Le conteneur ${p.container} est en pause : il ne peut pas être arrêté proprement.`,
})
export const isPausedHint = message<{ container: string }>('volume.is-paused-hint', {
  en: (p) => `Run: docker unpause ${p.container}`,
  fr: (p) => `Lancez : docker unpause ${p.container}`,
})
export const rolledBack = message<{ volume: string; detail: string }>('volume.rolled-back', {
  en: (p) => `The restore of ${p.volume} was given up, and the old content is back in its place: ${p.detail}`,
  fr: (p) => `La restauration de ${p.volume} a été abandonnée, et l'ancien contenu est revenu à sa place : ${p.detail}`,
})
export const notPutBack = message<{ volume: string; before: string; detail: string }>('volume.not-put-back', {
  en: (p) =>
    `The old content of ${p.volume} could not be put back. Nothing of it is lost: it is in the volume ${p.before} or still in its place. ${p.detail}`,
  fr: (p) =>
    `L'ancien contenu de ${p.volume} n'a pas pu être remis en place. Rien n'en est perdu : il est dans le volume ${p.before} ou toujours à sa place. ${p.detail}`,
})
export const notPutBackHint = message('volume.not-put-back-hint', {
  en: () =>
    'Put right what stood in the way, and run the restore or the backup again: it first puts the old content back.',
  fr: () =>
    "Corrigez ce qui a fait obstacle et relancez la restauration ou la sauvegarde : elle remet d'abord l'ancien contenu.",
})
export const unfinished = message<{ volume: string }>('volume.unfinished', {
  en: (p) => `Another Vigie is restoring the volume ${p.volume}.`,
  fr: (p) => `Une autre Vigie est en train de restaurer le volume ${p.volume}.`,
})
export const restoreTexts = [
  ...[noPart, unreadableFacts, onlyWhole, onlyWholeHint, badName, exists, existsHint, noSpace, devicesRefused],
  ...[devicesHint, notTheSame, willUnpack, willReuse, removeIt, willSwap, undoSwap, willPutBack, unpacked, swapped],
  ...[putBack, othersHaveIt, nothingToPutBack, isPaused, isPausedHint, rolledBack, notPutBack, notPutBackHint],
  ...[unfinished],
]
