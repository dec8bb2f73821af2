import * as z from 'zod'
import type { ActionNote } from '../core/action-note.ts'
import type { BackupRecord } from '../core/backup-record.ts'
import type { StepContext } from '../core/context.ts'
import type { ActionOutcome } from '../core/task.ts'
import { anomalyOptions } from './anomaly-options.ts'
import { notesOf } from './notes-of.ts'
import { comparisonOf, sizeFindings } from './size-findings.ts'
import { stored } from './texts.ts'

/** What came of a backup that was made: its size, what was noticed, and what in it is far from those before. */
export async function madeOutcome(made: BackupRecord, ctx: StepContext): Promise<ActionOutcome> {
  const { id, parts, base } = made
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0)
  const storedBytes = parts.reduce((sum, part) => sum + part.storedBytes, 0)
  const note = stored({ id, bytes, storedBytes, isDifference: base !== undefined })
  const notes = [...(await anomalyNotes(made, ctx)), ...notesOf(parts)]
  // What came into being is not what was freed, which the bytes of an action are.
  return { status: 'done', changed: true, note, bytes: 0, ...(notes.length > 0 && { notes }) }
}

/** By the limits that the check of sizes has when none are written: the check judges, and is told; this is seen at once. */
async function anomalyNotes(made: BackupRecord, ctx: StepContext): Promise<readonly ActionNote[]> {
  const { earlier, ...limits } = z.object(anomalyOptions).parse({})
  const records = await ctx.backups.list(made.entry, 'there')
  const components = [...new Set(made.parts.map(({ component }) => component))]
  return components.flatMap((component) => {
    const compared = comparisonOf(component, records, ctx.clock.now(), earlier)
    const found = sizeFindings(
      compared.filter(({ latest }) => latest.id === made.id),
      limits,
    )
    const remedy = found.find((one) => one.remedy !== undefined)?.remedy
    const told: readonly ActionNote[] = found.map(({ title }) => ({ about: component, text: title, isWarning: true }))
    return remedy === undefined ? told : [...told, { about: component, text: remedy }]
  })
}
