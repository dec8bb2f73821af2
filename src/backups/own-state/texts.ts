import { message } from '../../core/message.ts'

export const elsewhere = message('own-state.elsewhere', {
  en: () => 'The state of this Vigie lies in PostgreSQL: name that database as a component, and back it up as one.',
  fr: () => "L'état de cette Vigie est dans PostgreSQL : nommez cette base comme composant, et sauvegardez-la ainsi.",
})
export const tarFailed = message<{ detail: string }>('own-state.tar', {
  en: (p) => `tar could not copy the state: ${p.detail}`,
  fr: (p) => `tar n'a pas pu copier l'état : ${p.detail}`,
})
export const notOver = message<{ folder: string }>('own-state.not-over', {
  en: (p) => `The state in ${p.folder} is in use by this very command, and cannot be replaced by it.`,
  fr: (p) => `L'état dans ${p.folder} est utilisé par cette commande même, et ne peut pas être remplacé par elle.`,
})
export const notOverHint = message<{ folder: string }>('own-state.not-over-hint', {
  en: (p) => `Restore it beside, stop Vigie, and put the restored folder in the place of ${p.folder}.`,
  fr: (p) => `Restaurez-le à côté, arrêtez Vigie, et mettez le dossier restauré à la place de ${p.folder}.`,
})
export const taken = message<{ folder: string }>('own-state.taken', {
  en: (p) => `${p.folder} is there already: name another folder with --to`,
  fr: (p) => `${p.folder} existe déjà : nommez un autre dossier avec --to`,
})
export const putBeside = message<{ folder: string; runs: number; entries: number }>('own-state.put', {
  en: (p, f) =>
    `unpack the state into ${p.folder}: ${f.plural(p.runs, { one: '1 run', other: `${f.number(p.runs)} runs` })}, ${f.number(p.entries)} entries of the audit`,
  fr: (p, f) =>
    `déballer l'état dans ${p.folder} : ${f.plural(p.runs, { one: '1 exécution', other: `${f.number(p.runs)} exécutions` })}, ${f.number(p.entries)} entrées du journal d'audit`,
})
export const ownStateTexts = [elsewhere, tarFailed, notOver, notOverHint, taken, putBeside]
