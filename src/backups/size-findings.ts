import type { BackupRecord } from '../core/backup-record.ts'
import { byNewest, isAhead } from '../core/good-copy.ts'
import type { FindingDraft } from '../core/verdict.ts'
import { severities } from '../core/words.ts'
import { type Anomaly, type AnomalyLimits, anomaliesOf, anomalySubject } from './anomalies.ts'
import { hasGrown, hasShrunk, isEmptied, isMissing, otherNumbers, wasItMeant } from './size-texts.ts'

/** More are counted, not named: the list of findings stays one that somebody reads. */
const mostNamed = 50

const severityOf = { emptied: 'high', missing: 'medium', shrunk: 'high', grown: 'medium' } as const
const titles = { emptied: isEmptied, missing: isMissing, shrunk: hasShrunk, grown: hasGrown }

/** A component's newest copy, and those before it. */
export interface Compared {
  readonly component: string
  /** Cut down to the component. */
  readonly latest: BackupRecord
  readonly earlier: readonly BackupRecord[]
}

/**
 * The newest that has the component, and those before it; none when there is none.
 *
 * @param wanted so many before it count
 */
export function comparisonOf(
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

/** What is far from the usual, the worst first: so many as somebody reads, and how many others. */
export function sizeFindings(compared: readonly Compared[], limits: AnomalyLimits): readonly FindingDraft[] {
  const drafts = compared.flatMap(({ latest, earlier }) =>
    anomaliesOf(latest, earlier, limits).map((one) => draftOf(one, latest.id, earlier[0]?.id ?? latest.id)),
  )
  const findings = drafts.toSorted((a, b) => severities.indexOf(b.severity) - severities.indexOf(a.severity))
  const count = findings.length - mostNamed
  const others = { subject: 'others', severity: 'medium', title: otherNumbers({ count }) } as const
  return count > 0 ? [...findings.slice(0, mostNamed), others] : findings
}

function draftOf(anomaly: Anomaly, id: string, before: string): FindingDraft {
  const { counted, is, value, usual } = anomaly
  const subject = anomalySubject(anomaly)
  const title = titles[is]({ id, what: subject, value, usual, unit: counted === undefined ? 'bytes' : 'rows' })
  return { subject, severity: severityOf[is], title, remedy: wasItMeant({ before }) }
}
