import type { BackupAbility } from '../../core/backup.ts'
import { shellWord } from '../../core/shell-word.ts'
import { dumpVolume } from './dump.ts'
import type { VolumeOptions } from './options.ts'
import { rehearseVolume } from './rehearse.ts'
import { planVolumeRestore } from './restore/plan.ts'
import { restoreVolume } from './restore/restore.ts'
import { surveyVolume } from './survey.ts'
import { verifyVolume } from './verify.ts'

export function volumeBackup(options: VolumeOptions): BackupAbility {
  return {
    survey: surveyVolume(options),
    dump: dumpVolume(options),
    planRestore: planVolumeRestore(options),
    restore: restoreVolume(options),
    rehearse: rehearseVolume(options),
    verify: verifyVolume(options),
    byHand: () => byHand(options.name),
  }
}

function byHand(name: string): readonly string[] {
  const beside = shellWord(`${name}_restored`)
  const extract =
    "tar --extract --file=- --directory=/volume --numeric-owner --same-owner -p --xattrs '--xattrs-include=*' --acls"
  return [
    `docker volume create ${beside}`,
    `docker run --rm -i --network none --user 0:0 -v ${beside}:/volume debian:stable-slim ${extract} < volume.tar`,
    `# To use it in place of ${name}: stop what has that volume, then`,
    `docker run --rm --network none --user 0:0 -v ${beside}:/from:ro -v ${shellWord(name)}:/to debian:stable-slim sh -c 'find /to -mindepth 1 -delete && cp -a /from/. /to/'`,
  ]
}
