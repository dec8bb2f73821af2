import type { BackupPartRecord, BackupRecord } from '../core/backup-record.ts'

export interface AnomalyLimits {
  /** Less than this share of what is usual is too little. */
  readonly least: number
  /** More than so many times what is usual is too much. */
  readonly most: number
  /** Below so many rows, and so many bytes, a ratio says nothing. */
  readonly leastRows: number
  readonly leastBytes: number
}

/** A number of a backup that is far from what it was in those before. */
export interface Anomaly {
  readonly component: string
  readonly part: string
  /** The table, or whatever else was counted; undefined: the bytes of the part. */
  readonly counted: string | undefined
  readonly is: 'emptied' | 'missing' | 'shrunk' | 'grown'
  readonly value: number
  /** The median of those before. */
  readonly usual: number
}

/**
 * What of a backup is far from the median of those before it, part by part; parts that failed in it are not looked at, and
 * those that failed before are left out. The worst first: what became empty or is gone, then what shrank, then what grew.
 *
 * @param earlier those before it, at most as many as count
 */
export function anomaliesOf(
  latest: BackupRecord,
  earlier: readonly BackupRecord[],
  limits: AnomalyLimits,
): readonly Anomaly[] {
  const found = latest.parts
    .filter(({ status }) => status === 'succeeded')
    .flatMap((part) => {
      const before = earlier.flatMap(({ parts }) => parts.filter((one) => isSamePart(one, part)))
      return before.length === 0 ? [] : ofPart(part, before, limits)
    })
  const order: readonly Anomaly['is'][] = ['emptied', 'missing', 'shrunk', 'grown']
  return found.toSorted((a, b) => order.indexOf(a.is) - order.indexOf(b.is))
}

/** What can be compared, as anomalies are called: `db/database`, `db/database public.orders`. */
export function comparedIn(latest: BackupRecord, earlier: readonly BackupRecord[]): readonly string[] {
  return latest.parts.flatMap((part) => {
    const before = earlier.flatMap(({ parts }) => parts.filter((one) => isSamePart(one, part)))
    if (part.status !== 'succeeded' || before.length === 0) return []
    const names = new Set([part, ...before].flatMap(({ counts }) => Object.keys(counts)))
    return [undefined, ...names].map((counted) =>
      anomalySubject({ component: part.component, part: part.name, counted }),
    )
  })
}

export function anomalySubject({ component, part, counted }: Pick<Anomaly, 'component' | 'part' | 'counted'>): string {
  return `${component}/${part}${counted === undefined ? '' : ` ${counted}`}`
}

function isSamePart(one: BackupPartRecord, part: BackupPartRecord): boolean {
  return one.component === part.component && one.name === part.name && one.status === 'succeeded'
}

function ofPart(
  part: BackupPartRecord,
  before: readonly BackupPartRecord[],
  limits: AnomalyLimits,
): readonly Anomaly[] {
  const { component, name } = part
  const found: Anomaly[] = []
  const compare = (counted: string | undefined, value: number | undefined, earlier: readonly number[]): void => {
    const usual = median(earlier)
    const floor = counted === undefined ? limits.leastBytes : limits.leastRows
    const is = judged(value, usual, floor, limits)
    if (is !== undefined) found.push({ component, part: name, counted, is, value: value ?? 0, usual })
  }
  compare(
    undefined,
    part.bytes,
    before.map(({ bytes }) => bytes),
  )
  const names = new Set([...Object.keys(part.counts), ...before.flatMap(({ counts }) => Object.keys(counts))])
  for (const counted of names) {
    const earlier = before.flatMap(({ counts }) => (counts[counted] === undefined ? [] : [counts[counted]]))
    // What most of those before did not count is new, or was gone already.
    if (earlier.length * 2 > before.length) compare(counted, part.counts[counted], earlier)
  }
  return found
}

function judged(
  value: number | undefined,
  usual: number,
  floor: number,
  { least, most }: AnomalyLimits,
): Anomaly['is'] | undefined {
  if (value === undefined) return 'missing'
  if (value === 0 && usual > 0) return 'emptied'
  if (usual >= floor && value < usual * least) return 'shrunk'
  return value > Math.max(usual, floor) * most ? 'grown' : undefined
}

/** The lower of the two in the middle, when there are two: a number that there was. */
function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? 0
}
