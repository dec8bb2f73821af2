import { BackupError } from '../../core/backup.ts'
import { message } from '../../core/message.ts'

const gone = message<{ volume: string }>('volume.gone', {
  en: (p) => `There is no Docker volume ${p.volume}.`,
  fr: (p) => `Il n'y a pas de volume Docker ${p.volume}.`,
})
const goneHint = message('volume.gone-hint', {
  en: () =>
    'Look at `docker volume ls`: in a compose stack the name of the project stands before it, as in shop_uploads.',
  fr: () => 'Voyez `docker volume ls` : dans une pile compose, le nom du projet le précède, comme dans shop_uploads.',
})

export function volumeGone(volume: string): BackupError {
  return new BackupError('volume-missing', gone({ volume }), { hint: goneHint({}) })
}

export const volumeGoneTexts = [gone, goneHint]
