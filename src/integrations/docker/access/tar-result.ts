import { BackupError } from '../../../core/backup.ts'
import type { CommandResult } from '../../../core/context.ts'
import { lastLines } from '../../../platform/tool-command.ts'
import { changedHint, changedMeanwhile, tarFailed, tarFull } from './access-texts.ts'

/** GNU tar: "some files differ", what changed while it was read included. Source: its manual, "Synopsis", exit codes. */
const changedExit = 1

/** Throws `BackupError` unless tar did all that it was asked. */
export function checkTar(
  {
    exitCode,
    stderr,
    outcome,
  }: { readonly exitCode: number | undefined; readonly stderr: string; readonly outcome?: CommandResult['outcome'] },
  verb: 'read' | 'write',
  volume: string,
): void {
  if (exitCode === 0) return
  const detail = lastLines(stderr) || (exitCode === undefined ? (outcome ?? 'killed') : `exit ${exitCode}`)
  if (/No space left on device|Disk quota exceeded/i.test(stderr))
    throw new BackupError('no-space', tarFull({ volume, detail }))
  if (
    verb === 'read' &&
    (exitCode === changedExit ||
      /file changed as we read it|File removed before we read it|Cannot stat: No such file|shrank/.test(stderr))
  )
    throw new BackupError('truncated', changedMeanwhile({ volume, detail }), { hint: changedHint({}) })
  throw new BackupError('unreachable', tarFailed({ volume, verb, detail }))
}
