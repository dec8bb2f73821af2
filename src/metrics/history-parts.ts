import { historyFiles } from './history/history-files.ts'
import { type SeriesClass, type Tier, tierMs } from './history/layout.ts'
import type { ReadPart } from './history/protocol.ts'

export interface HistoryParts {
  readonly parts: readonly ReadPart[]
  /** The step that the coarsest of them can give. */
  readonly stepMs: number
  /** What comes from here on is in the state. */
  readonly until: number
}

/**
 * Which files answer for a time: the coarsest tier that is as fine as the step, and coarser ones for what is older than it
 * is kept.
 */
export function historyParts(
  root: string,
  one: SeriesClass,
  since: number,
  until: number,
  stepMs: number,
): HistoryParts | undefined {
  const files = {
    raw: historyFiles(root, one, 'raw'),
    '1m': historyFiles(root, one, '1m'),
    '1h': historyFiles(root, one, '1h'),
  }
  // Hours stand in one file a month: only the days tell how far the history goes.
  const last = (tier: Tier): number => files[tier].at(-1)?.until ?? 0
  const end = Math.max(last('raw'), last('1m')) || last('1h')
  if (end === 0) return undefined
  const parts: ReadPart[] = []
  let [untaken, step] = [Math.min(until, end), stepMs]
  for (const tier of tiersFor(stepMs)) {
    const own = files[tier].filter((file) => file.until > since && file.since < untaken)
    const [first] = own
    if (first === undefined) continue
    const from = Math.max(since, first.since)
    parts.push({ isRolled: tier !== 'raw', files: own.map(({ path }) => path), since: from, until: untaken })
    step = Math.max(step, tierMs[tier])
    untaken = from
    if (untaken <= since) break
  }
  return { parts, stepMs: step, until: Math.min(until, end) }
}

/** The best first, then those that are coarser. A step that no roll-up divides is made of the points. */
function tiersFor(stepMs: number): readonly Tier[] {
  const divides = (tier: '1m' | '1h'): boolean => stepMs > 0 && stepMs % tierMs[tier] === 0
  if (divides('1h')) return ['1h']
  return divides('1m') ? ['1m', '1h'] : ['raw', '1m', '1h']
}
