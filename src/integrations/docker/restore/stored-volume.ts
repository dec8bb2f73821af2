import { BackupError, type StoredComponent, type StoredPart } from '../../../core/backup.ts'
import { readFacts, type VolumeFacts } from '../facts/volume-facts.ts'
import type { VolumeOptions } from '../options.ts'
import { partName } from '../survey.ts'
import { devicesHint, devicesRefused, noPart, unreadableFacts } from './restore-texts.ts'

/** The archive of the volume in a backup. Throws `volume-missing`, or `manifest-missing` for facts that cannot be read. */
export function storedVolume(
  { backup, parts }: StoredComponent,
  { name, allowDevices }: VolumeOptions,
): { readonly part: StoredPart; readonly facts: VolumeFacts } {
  const part = parts.find((one) => one.name === partName)
  if (part === undefined) throw new BackupError('volume-missing', noPart({ volume: name, backup }))
  const facts = readFacts(part.facts)
  if (facts === undefined) throw new BackupError('manifest-missing', unreadableFacts({ backup }))
  const { devices } = facts.counts
  if (devices > 0 && !allowDevices)
    throw new BackupError('assertion', devicesRefused({ count: devices }), {
      hint: devicesHint({}),
      code: 'action-refused',
    })
  return { part, facts }
}
