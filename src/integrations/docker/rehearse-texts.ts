import { message } from '../../core/message.ts'

export const notRemoved = message<{ folder: string; detail: string }>('volume.not-removed', {
  en: (p) => `The folder of the rehearsal could not be removed: ${p.folder}. ${p.detail}`,
  fr: (p) => `Le dossier de l'exercice n'a pas pu être supprimé : ${p.folder}. ${p.detail}`,
})
