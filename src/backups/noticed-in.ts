import * as z from 'zod'
import type { ActionNote } from '../core/action-note.ts'
import type { BackupPartRecord, BackupRecord } from '../core/backup-record.ts'
import type { StepContext } from '../core/context.ts'
import { anomalyOptions } from './anomaly-options.ts'
import { comparisonOf, sizeFindings } from './size-findings.ts'

/**
 * What was noticed while a backup was made: what in it is far from those before, what was left out, why a part is stored whole,
 * and why one failed. It is in the book already.
 */
export async function noticedIn(made: BackupRecord, ctx: StepContext): Promise<readonly ActionNote[]> {
  return [...(await anomaliesIn(made, ctx)), ...notesOf(made.parts)]
}

/** By the limits that the check of sizes has when none are written: the check judges, and is told; this is seen at once. */
async function anomaliesIn(made: BackupRecord, ctx: StepContext): Promise<readonly ActionNote[]> {
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

function notesOf(parts: readonly BackupPartRecord[]): readonly ActionNote[] {
  return parts.flatMap(({ component, name, notes = [], failure }) => {
    const about = `${component}/${name}`
    const failed: readonly ActionNote[] = failure === undefined ? [] : [{ about, text: failure, isWarning: true }]
    return [...failed, ...notes.map((text) => ({ about, text }))]
  })
}
