import type { RecordProblem } from '../store-view.ts'

/** How a finding was left by its newest change, as a step or the audit says. */
export interface NewestMark {
  readonly revision: number
  readonly digest: string
  isThere: boolean
}

/** What a comparison of the records with the audit has come to. */
export interface Progress {
  readonly problems: RecordProblem[]
  /** By system and fingerprint: the one thing that grows with what was ever found. */
  readonly marks: Map<string, NewestMark>
  /** What the audit tells of, to be held against the number of rows. */
  readonly told: Record<'started' | 'ended' | 'signed' | 'shown' | 'approved' | 'firstSeen', number>
  /** Points that steps gave. */
  points: number
}

export function startProgress(): Progress {
  const told = { started: 0, ended: 0, signed: 0, shown: 0, approved: 0, firstSeen: 0 }
  return { problems: [], marks: new Map(), told, points: 0 }
}

export const markKey = (system: string, fingerprint: string): string => `${system}\0${fingerprint}`

/** Keeps the newest of the marks. */
export function addMark({ marks }: Progress, key: string, revision: unknown, digest: unknown): void {
  if (typeof revision !== 'number' || typeof digest !== 'string') return
  if (revision > (marks.get(key)?.revision ?? 0)) marks.set(key, { revision, digest, isThere: false })
}

/** What was altered may be no JSON any more; that it was is told by its digest. */
export function readable(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export function chunks<T>(items: readonly T[], size: number): readonly T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  )
}
