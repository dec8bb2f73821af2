import { message } from '../core/message.ts'

export const unwritable = message<{ where: string; detail: string }>('store.unwritable', {
  en: (p) => `The state in ${p.where} cannot be written: ${p.detail}`,
  fr: (p) => `L'état dans ${p.where} ne peut pas être écrit : ${p.detail}`,
})
export const unwritableHint = message('store.unwritable-hint', {
  en: () => 'Make room, or give the folder to your user, or keep the state elsewhere: --data DIR',
  fr: () => "Libérez de la place, donnez le dossier à votre utilisateur, ou gardez l'état ailleurs : --data DOSSIER",
})
export const damaged = message<{ where: string; detail: string }>('store.damaged', {
  en: (p) => `The state in ${p.where} is damaged: ${p.detail}`,
  fr: (p) => `L'état dans ${p.where} est endommagé : ${p.detail}`,
})
export const damagedHint = message('store.damaged-hint', {
  en: () => 'Keep a copy of the file, then restore it from a backup or move it away to begin anew.',
  fr: () => 'Gardez une copie du fichier, puis restaurez-le depuis une sauvegarde ou écartez-le pour repartir de zéro.',
})
export const headLost = message<{ where: string }>('store.head-lost', {
  en: (p) => `The note of the newest audit entry, ${p.where}, is gone or was altered.`,
  fr: (p) => `La note de la dernière entrée d'audit, ${p.where}, a disparu ou a été modifiée.`,
})
export const headLostHint = message('store.head-lost-hint', {
  en: () =>
    'Compare the last entry of `vigie audit list` with the head in your last report or backup: entries may be missing. Restore the note from a backup.',
  fr: () =>
    'Comparez la dernière entrée de « vigie audit list » avec la tête de votre dernier rapport ou de votre dernière sauvegarde : des entrées manquent peut-être. Restaurez la note depuis une sauvegarde.',
})
export const newer = message<{ where: string; found: string }>('store.newer', {
  en: (p) => `The state in ${p.where} was written by a newer Vigie (${p.found}).`,
  fr: (p) => `L'état dans ${p.where} a été écrit par une version plus récente de Vigie (${p.found}).`,
})
export const newerHint = message('store.newer-hint', {
  en: () => 'Update this Vigie: npm install vigie@latest',
  fr: () => 'Mettez à jour ce Vigie : npm install vigie@latest',
})
export const unreachable = message<{ detail: string }>('store.unreachable', {
  en: (p) => `The PostgreSQL that keeps the state does not let us in: ${p.detail}`,
  fr: (p) => `Le PostgreSQL qui garde l'état ne nous laisse pas entrer : ${p.detail}`,
})
export const unreachableHint = message('store.unreachable-hint', {
  en: () => 'Check store.url, the password, and that the server runs.',
  fr: () => 'Vérifiez store.url, le mot de passe, et que le serveur fonctionne.',
})
export const runEnded = message<{ run: string }>('store.run-ended', {
  en: (p) => `Run ${p.run} was marked interrupted by another process: what it did after that is not kept.`,
  fr: (p) => `L'exécution ${p.run} a été marquée interrompue par un autre processus : la suite n'est pas conservée.`,
})
export const runEndedHint = message<{ run: string }>('store.run-ended-hint', {
  en: (p) => `Its process stood still for over a minute. See what was kept: vigie runs show ${p.run}`,
  fr: (p) => `Son processus est resté figé plus d'une minute. Voyez ce qui est conservé : vigie runs show ${p.run}`,
})
export const storeMessages = [
  unwritable,
  unwritableHint,
  damaged,
  damagedHint,
  headLost,
  headLostHint,
  newer,
  newerHint,
  unreachable,
  unreachableHint,
  runEnded,
  runEndedHint,
]
