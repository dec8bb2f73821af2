import type { BackupRecord } from '../core/backup-record.ts'
import type { StepContext } from '../core/context.ts'
import type { ActionOutcome } from '../core/task.ts'
import { noticedIn } from './noticed-in.ts'
import { stored } from './texts.ts'

/** What came of a backup that was made: its size, and what was noticed. */
export async function madeOutcome(made: BackupRecord, ctx: StepContext): Promise<ActionOutcome> {
  const { id, parts, base } = made
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0)
  const storedBytes = parts.reduce((sum, part) => sum + part.storedBytes, 0)
  const note = stored({ id, bytes, storedBytes, isDifference: base !== undefined })
  const notes = await noticedIn(made, ctx)
  // What came into being is not what was freed, which the bytes of an action are.
  return { status: 'done', changed: true, note, bytes: 0, ...(notes.length > 0 && { notes }) }
}
