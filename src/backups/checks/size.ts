import * as z from 'zod'
import type { BackupRecord } from '../../core/backup-record.ts'
import { bytesSchema } from '../../core/bytes.ts'
import { defineCheck } from '../../core/check.ts'
import { byNewest, isAhead } from '../../core/good-copy.ts'
import { message } from '../../core/message.ts'
import { type FindingDraft, type Measurements, statusOf } from '../../core/verdict.ts'
import { severities } from '../../core/words.ts'
import { type Anomaly, anomaliesOf, anomalySubject, comparedIn } from '../anomalies.ts'
import type { EntryOptions } from '../options.ts'
import {
  hasGrown,
  hasShrunk,
  isEmptied,
  isFirst,
  isMissing,
  isUsual,
  noSize,
  otherNumbers,
  sizeTexts,
  wasItMeant,
} from '../size-texts.ts'

/** More are counted, not named: the list of findings stays one that somebody reads. */
const mostNamed = 50

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
  options: z.strictObject({
    /** Those before it that count: a week of daily ones, so that each weekday is among them. */
    earlier: z.number().int().min(1).max(100).default(7),
    /** Less than half: the retention of the guides takes a thirtieth a day, a wrong WHERE or a lost mount nearly all. */
    least: z.number().min(0).max(1).default(0.5),
    /** More than three times: an import run twice doubles what there was; what goes on growing like that fills the disk next. */
    most: z.number().min(1).default(3),
    /** Below so many rows a ratio is noise: the deviation of a count is its root, a tenth of 100. */
    leastRows: z.number().int().min(0).default(100),
    /** Below it, the frame of a dump is more than its content. */
    leastBytes: bytesSchema.default(1_000_000),
  }),
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
    const drafts = compared.flatMap(({ latest, earlier }) =>
      anomaliesOf(latest, earlier, limits).map((one) => draftOf(one, latest.id, earlier[0]?.id ?? latest.id)),
    )
    const findings = drafts.toSorted((a, b) => severities.indexOf(b.severity) - severities.indexOf(a.severity))
    const [worst] = findings
    if (worst === undefined) {
      const count = Math.max(...compared.map(({ earlier }) => earlier.length))
      return {
        status: 'pass',
        ...told,
        reason: isUsual({ id: any.latest.id, numbers: subjects.length, earlier: count }),
      }
    }
    const named = findings.slice(0, mostNamed)
    if (findings.length > mostNamed) {
      const title = otherNumbers({ count: findings.length - mostNamed })
      named.push({ subject: 'others', severity: 'medium', title })
    }
    return { status: statusOf(named), ...told, reason: worst.title, findings: named }
  },
})

interface Compared {
  readonly component: string
  /** Cut down to the component. */
  readonly latest: BackupRecord
  readonly earlier: readonly BackupRecord[]
}

/** The newest that has the component, and those before it. */
function comparisonOf(
  component: string,
  records: readonly BackupRecord[],
  now: Date,
  wanted: number,
): readonly Compared[] {
  const [latest, ...earlier] = records
    .filter((record) => (record.status === 'succeeded' || record.status === 'partial') && !isAhead(record, now))
    .map((record) => ({ ...record, parts: record.parts.filter((part) => part.component === component) }))
    .filter(({ parts }) => parts.some(({ status }) => status === 'succeeded'))
    .toSorted(byNewest)
  return latest === undefined ? [] : [{ component, latest, earlier: earlier.slice(0, wanted) }]
}

const severityOf = { emptied: 'high', missing: 'medium', shrunk: 'high', grown: 'medium' } as const
const titles = { emptied: isEmptied, missing: isMissing, shrunk: hasShrunk, grown: hasGrown }

function draftOf(anomaly: Anomaly, id: string, before: string): FindingDraft {
  const { counted, is, value, usual } = anomaly
  const subject = anomalySubject(anomaly)
  const title = titles[is]({ id, what: subject, value, usual, unit: counted === undefined ? 'bytes' : 'rows' })
  return { subject, severity: severityOf[is], title, remedy: wasItMeant({ before }) }
}

function sizesOf({ component, latest: { parts } }: Compared): Measurements {
  return {
    [`bytes:${component}`]: parts.reduce((sum, { bytes }) => sum + bytes, 0),
    [`stored_bytes:${component}`]: parts.reduce((sum, { storedBytes }) => sum + storedBytes, 0),
  }
}
