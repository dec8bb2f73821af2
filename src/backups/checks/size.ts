import * as z from 'zod'
import type { BackupRecord } from '../../core/backup-record.ts'
import { defineCheck } from '../../core/check.ts'
import { message } from '../../core/message.ts'
import { type Measurements, statusOf } from '../../core/verdict.ts'
import { comparedIn } from '../anomalies.ts'
import { anomalyOptions } from '../anomaly-options.ts'
import type { EntryOptions } from '../options.ts'
import { type Compared, comparisonOf, sizeFindings } from '../size-findings.ts'
import { isFirst, isUsual, noSize, sizeTexts } from '../size-texts.ts'

export interface SizeSample {
  readonly what: readonly string[]
  readonly records: readonly BackupRecord[]
  readonly now: Date
}

/** Whether the newest backup is as large, and has as many rows, as those before it: a fault that copies well is one all the same. */
export const sizeCheck = defineCheck<EntryOptions>()({
  kind: 'backups-size',
  summary: message('backups.size-summary', {
    en: () => 'the newest backup is as large as usual, and no table in it became empty',
    fr: () => "la dernière sauvegarde a la taille habituelle, et aucune table n'y est devenue vide",
  }),
  options: z.strictObject(anomalyOptions),
  cadence: 'daily',
  criticality: 'important',
  watch: { everyMs: 900_000, alertsBy: 'status' },
  messages: sizeTexts,
  probe: async ({ name, options }, _, { backups, clock }): Promise<SizeSample> => {
    return { what: options.what, records: await backups.list(name, 'there'), now: clock.now() }
  },
  judge: ({ what, records, now }, { earlier: wanted, ...limits }) => {
    const compared = what.flatMap((component) => comparisonOf(component, records, now, wanted))
    const [any] = compared
    // That there is none, another check tells.
    if (any === undefined) return { status: 'skipped', because: 'by-design', reason: noSize({}) }
    const subjects = compared.flatMap(({ latest, earlier }) => comparedIn(latest, earlier))
    if (subjects.length === 0)
      return { status: 'skipped', because: 'by-design', reason: isFirst({ id: any.latest.id }) }
    const isWhole = what.every((component) => compared.some((one) => one.component === component))
    const told = {
      saw: subjects.length,
      measurements: Object.assign({}, ...compared.map(sizesOf)) as Measurements,
      ...(!isWhole && { covers: subjects }),
    }
    const findings = sizeFindings(compared, limits)
    const [worst] = findings
    if (worst === undefined) {
      const count = Math.max(...compared.map(({ earlier }) => earlier.length))
      return {
        status: 'pass',
        ...told,
        reason: isUsual({ id: any.latest.id, numbers: subjects.length, earlier: count }),
      }
    }
    return { status: statusOf(findings), ...told, reason: worst.title, findings }
  },
})

function sizesOf({ component, latest: { parts } }: Compared): Measurements {
  return {
    [`bytes:${component}`]: parts.reduce((sum, { bytes }) => sum + bytes, 0),
    [`stored_bytes:${component}`]: parts.reduce((sum, { storedBytes }) => sum + storedBytes, 0),
  }
}
