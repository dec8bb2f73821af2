import { message } from '../core/message.ts'

export const isLeftover = message<{ id: string; writtenAt: string }>('backups.prune-leftover', {
  en: (p, f) => `remove what is left of ${p.id}: it was cut off, and last written to ${f.dateTime(p.writtenAt)}`,
  fr: (p, f) =>
    `supprimer ce qui reste de ${p.id} : interrompue, écrite pour la dernière fois ${f.dateTime(p.writtenAt)}`,
})
export const isCutOff = message<{ id: string }>('backups.prune-cut-off', {
  en: (p) => `remove the rest of ${p.id}: its removal was cut off`,
  fr: (p) => `supprimer le reste de ${p.id} : sa suppression a été interrompue`,
})
export const endWrites = message<{ place: string; beforeMs: number }>('backups.prune-unfinished', {
  en: (p, f) => `end writings to ${p.place} that were killed more than ${f.duration(p.beforeMs)} ago`,
  fr: (p, f) => `terminer les écritures vers ${p.place} interrompues depuis plus de ${f.duration(p.beforeMs)}`,
})
export const endedWrites = message<{ count: number }>('backups.prune-ended', {
  en: (p, f) =>
    f.plural(p.count, { one: '1 unfinished writing', other: `${f.number(p.count, 0)} unfinished writings` }),
  fr: (p, f) =>
    f.plural(p.count, { one: '1 écriture inachevée', other: `${f.number(p.count, 0)} écritures inachevées` }),
})
export const isLocked = message<{ id: string; until: string }>('backups.prune-locked', {
  en: (p, f) => `${p.id} is kept by its store until ${f.date(p.until)} (object lock)`,
  fr: (p, f) => `${p.id} est gardée par son dépôt jusqu'au ${f.date(p.until)} (verrou d'objet)`,
})
export const notRemoved = message<{ id: string; object: string }>('backups.prune-refused', {
  en: (p) => `${p.id} is still there: ${p.object} could not be removed. See its reason in the evidence of the run`,
  fr: (p) =>
    `${p.id} est toujours là : ${p.object} n'a pas pu être supprimé. Voyez la raison dans les traces de l'exécution`,
})
export const partLeft = message<{ id: string; left: number }>('backups.prune-left', {
  en: (p, f) =>
    `${p.id} is no backup any more; ${f.plural(p.left, { one: '1 object of it', other: `${f.number(p.left, 0)} objects of it` })} could not be removed, and the next prune tries again`,
  fr: (p, f) =>
    `${p.id} n'est plus une sauvegarde ; ${f.plural(p.left, { one: '1 de ses objets', other: `${f.number(p.left, 0)} de ses objets` })} n'a pas pu être supprimé, et le prochain nettoyage réessaiera`,
})
export const hasChanged = message<{ id: string }>('backups.prune-changed', {
  en: (p) => `${p.id} is not as it was when this was planned`,
  fr: (p) => `${p.id} n'est plus tel qu'au moment du plan`,
})
export const isGoneAlready = message<{ id: string }>('backups.prune-gone', {
  en: (p) => `${p.id} is gone already`,
  fr: (p) => `${p.id} a déjà disparu`,
})
export const isStillNeeded = message<{ id: string; by: string }>('backups.prune-needed', {
  en: (p) => `${p.id} stays: ${p.by}, a difference to it, is still there`,
  fr: (p) => `${p.id} reste : ${p.by}, qui en est une différence, est toujours là`,
})
export const staysNow = message<{ id: string }>('backups.prune-stays', {
  en: (p) => `${p.id} is needed now: nothing newer may take its place`,
  fr: (p) => `${p.id} est désormais nécessaire : rien de plus récent ne peut la remplacer`,
})

export const pruneTexts = [
  ...[isLeftover, isCutOff, endWrites, endedWrites, isLocked, notRemoved, partLeft, hasChanged, isGoneAlready],
  ...[isStillNeeded, staysNow],
]
