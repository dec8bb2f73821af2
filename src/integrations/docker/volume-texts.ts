import { BackupError } from '../../core/backup.ts'
import { message } from '../../core/message.ts'
import type { Volume } from '../../platform/docker/volumes.ts'

const gone = message<{ volume: string }>('volume.gone', {
  en: (p) => `There is no Docker volume ${p.volume}.`,
  fr: (p) => `Il n'y a pas de volume Docker ${p.volume}.`,
})
const goneHint = message('volume.gone-hint', {
  en: () =>
    'Look at `docker volume ls`: in a compose stack the name of the project stands before it, as in shop_uploads.',
  fr: () => 'Voyez `docker volume ls` : dans une pile compose, le nom du projet le précède, comme dans shop_uploads.',
})

const inMemory = message<{ volume: string }>('volume.in-memory', {
  en: (p) =>
    `The volume ${p.volume} lies in memory (tmpfs): its content is gone when the last container stops, so it can be neither copied nor restored in peace.`,
  fr: (p) =>
    `Le volume ${p.volume} est en mémoire (tmpfs) : son contenu disparaît quand le dernier conteneur s'arrête, il ne peut donc être ni copié ni restauré sûrement.`,
})
const inMemoryHint = message('volume.in-memory-hint', {
  en: () => 'Leave it out of the backups, or make it a volume on disk when its content matters.',
  fr: () => 'Retirez-le des sauvegardes, ou faites-en un volume sur disque si son contenu compte.',
})

/** To stop those who have such a volume would lose it. */
export function refuseInMemory({ name, options }: Pick<Volume, 'name' | 'options'>): void {
  if (options['type'] === 'tmpfs' || options['type'] === 'ramfs')
    throw new BackupError('assertion', inMemory({ volume: name }), { hint: inMemoryHint({}), code: 'action-refused' })
}

export function volumeGone(volume: string): BackupError {
  return new BackupError('volume-missing', gone({ volume }), { hint: goneHint({}) })
}

export const volumeGoneTexts = [gone, goneHint, inMemory, inMemoryHint]
