import { BackupError, type DumpSurvey } from '../../core/backup.ts'
import type { StepContext } from '../../core/context.ts'
import type { Text } from '../../core/message.ts'
import type { Container } from '../../platform/docker/containers.ts'
import { noAttributes } from './access/access-texts.ts'
import { cannotStop, cannotStopHint, copiedLive, postgresLive, postgresLiveHint, willHold } from './dump-texts.ts'
import { asBackupErrors, lookAtVolume, type SeenVolume } from './look.ts'
import type { VolumeOptions } from './options.ts'
import { type Quiet, quietFor } from './quiet.ts'

export const partName = 'volume'

export function surveyVolume(options: VolumeOptions) {
  return async (ctx: StepContext): Promise<DumpSurvey> =>
    asBackupErrors(async () => {
      const seen = await lookAtVolume(options, ctx)
      const quiet = decideQuiet(options, seen)
      const part = { name: partName, file: 'volume.tar', bytes: null }
      const holds = (quiet === 'stop' || quiet === 'pause') && seen.writers.length > 0
      return { parts: [holds ? { ...part, effect: 'disrupt' } : part], notes: notesOf(seen, quiet) }
    })
}

/** What is done to the writers. Throws when the volume may not be copied as the options say. */
export function decideQuiet(options: VolumeOptions, { volume, writers, frozen, holdsPostgres }: SeenVolume): Quiet {
  const quiet = quietFor(options.whileInUse, { hasWriters: writers.length > 0, holdsPostgres })
  if (quiet === 'refused')
    throw new BackupError('assertion', postgresLive({ volume: volume.name, writers: namesOf(writers) }), {
      hint: postgresLiveHint({}),
      code: 'action-refused',
    })
  if (quiet === 'stop') refuseUnstoppable(writers)
  return quiet === 'none' && frozen.length > 0 ? 'pause' : quiet
}

/** Throws for what would not come back after a stop, or not stay stopped. */
export function refuseUnstoppable(containers: readonly Container[]): void {
  for (const { name, isRemovedAtEnd, labels } of containers) {
    const why = isRemovedAtEnd ? 'removed' : labels['com.docker.swarm.service.id'] === undefined ? undefined : 'swarm'
    if (why !== undefined)
      throw new BackupError('assertion', cannotStop({ container: name, why }), {
        hint: cannotStopHint({}),
        code: 'action-refused',
      })
  }
}

export function namesOf(containers: readonly Container[]): readonly string[] {
  return containers.map(({ name }) => name)
}

function notesOf({ volume, access, writers, holdsPostgres }: SeenVolume, quiet: Quiet): readonly Text[] {
  const notes: Text[] = []
  const containers = namesOf(writers)
  if ((quiet === 'stop' || quiet === 'pause') && writers.length > 0)
    notes.push(willHold({ containers, how: quiet, isPostgres: holdsPostgres }))
  if (quiet === 'live') notes.push(copiedLive({ containers }))
  if (access.tar === 'other') notes.push(noAttributes({ volume: volume.name, by: access.by }))
  return notes
}
