import type { SeriesClass } from '../core/series.ts'
import { type HistoryFile, historyFiles } from './history/history-files.ts'
import { type Tier, tierMs, tiers } from './history/layout.ts'
import type { ReadPart } from './history/protocol.ts'

export interface HistoryPart extends ReadPart {
  /** The finest step that it can give; 0 for points as they were measured. */
  readonly stepMs: number
}

export interface HistoryParts {
  /** From the newest to the oldest. */
  readonly parts: readonly HistoryPart[]
  /** What comes from here on is in the state. */
  readonly until: number
}

/**
 * Which files answer for a time: the coarsest tier that is as fine as the step, and coarser ones for what is older than it
 * is kept. Files of hours and days are named for more time than they may hold: what they are given for may not be there.
 */
export function historyParts(
  root: string,
  one: SeriesClass,
  since: number,
  until: number,
  stepMs: number,
): HistoryParts | undefined {
  const of = (tier: Tier): FilesByTier[Tier] => historyFiles(root, one, tier)
  const files: FilesByTier = { raw: of('raw'), '1m': of('1m'), '1h': of('1h'), '1d': of('1d') }
  // Hours and days stand in long files: only those of one day tell how far the history goes.
  const last = (tier: Tier): number => files[tier].at(-1)?.until ?? 0
  const end = Math.max(last('raw'), last('1m')) || Math.max(last('1h'), last('1d'))
  if (end === 0) return undefined
  const parts: HistoryPart[] = []
  let untaken = Math.min(until, end)
  for (const tier of tiersFor(stepMs)) {
    const own = files[tier].filter((file) => file.until > since && file.since < untaken)
    const [first] = own
    if (first === undefined) continue
    const from = Math.max(since, first.since)
    const isRolled = tier !== 'raw'
    parts.push({ isRolled, files: own.map(({ path }) => path), since: from, until: untaken, stepMs: tierMs[tier] })
    untaken = from
    if (untaken <= since) break
  }
  return { parts, until: Math.min(until, end) }
}

type FilesByTier = Readonly<Record<Tier, readonly HistoryFile[]>>

/** The best first, then those that are coarser. A step that no roll-up divides is made of the points. */
function tiersFor(stepMs: number): readonly Tier[] {
  const best = rollUps.find((tier) => stepMs > 0 && stepMs % tierMs[tier] === 0)
  return best === undefined ? tiers : tiers.slice(tiers.indexOf(best))
}

/** The coarsest first: the fewer rows, the sooner they are read. */
const rollUps = tiers.filter((tier) => tier !== 'raw').toReversed()
