import { sha256 } from '../core/hash.ts'
import type { AuditDraft, AuditEntry } from './audit-log.ts'

/** What the first entry follows. */
export const genesisHash = '0'.repeat(64)

export interface ChainProblem {
  readonly seq: number | undefined
  readonly problem: 'hash' | 'link' | 'hole' | 'cut-tail'
}

/** The entry that follows `previous`. */
export function nextEntry(draft: AuditDraft, previous: Pick<AuditEntry, 'seq' | 'hash'> | undefined): AuditEntry {
  const entry = { ...draft, seq: (previous?.seq ?? 0) + 1, previousHash: previous?.hash ?? genesisHash }
  return { ...entry, hash: hashOf(entry) }
}

export interface ChainCheck {
  /** The next entries, in order. */
  take(entries: readonly AuditEntry[]): readonly ChainProblem[]
  end(): readonly ChainProblem[]
}

/**
 * Finds every place where the chain does not hold, page by page. `expectedHead` is the newest entry as it was noted apart
 * from the log: a log that ends before it, or that has something else there, was cut. A log that goes on beyond it is
 * sound: the note is written after the entry.
 */
export function checkChain(expectedHead?: { readonly seq: number; readonly hash: string }): ChainCheck {
  let previous: AuditEntry | undefined
  let isNotedThere = expectedHead === undefined || isBeginning(expectedHead)
  return {
    take: (entries) => {
      const problems: ChainProblem[] = []
      for (const entry of entries) {
        const { seq } = entry
        if (seq !== (previous?.seq ?? 0) + 1) problems.push({ seq, problem: 'hole' })
        if (entry.previousHash !== (previous?.hash ?? genesisHash)) problems.push({ seq, problem: 'link' })
        const isNoted = seq === expectedHead?.seq
        isNotedThere ||= isNoted
        const isSound = entry.hash === hashOf(entry) && (!isNoted || entry.hash === expectedHead.hash)
        if (!isSound) problems.push({ seq, problem: 'hash' })
        previous = entry
      }
      return problems
    },
    end: () => (isNotedThere ? [] : [{ seq: expectedHead?.seq, problem: 'cut-tail' }]),
  }
}

/** The same for a log that is at hand as a whole. */
export function verifyChain(
  entries: readonly AuditEntry[],
  expectedHead?: { readonly seq: number; readonly hash: string },
): readonly ChainProblem[] {
  const check = checkChain(expectedHead)
  return [...check.take(entries), ...check.end()]
}

function isBeginning({ seq, hash }: { readonly seq: number; readonly hash: string }): boolean {
  return seq === 0 && hash === genesisHash
}

function hashOf({ seq, at, actor, event, subject, previousHash }: Omit<AuditEntry, 'hash'>): string {
  // A time that was altered into none has no ISO form; it must show as a wrong hash, not as a throw.
  const time = Number.isNaN(at.getTime()) ? null : at.toISOString()
  return sha256({ seq, at: time, actor, event, subject, previousHash })
}
