import { VigieError } from '../core/errors.ts'
import { verifyChain } from '../store/audit-chain.ts'
import type { AuditEntry, Store } from '../store/store.ts'
import { runDigest } from './run-digest.ts'

export interface AuditProblem {
  readonly seq: number | null
  readonly code: string
  readonly detail: string
}

export interface AuditVerdict {
  readonly entries: number
  readonly head: AuditEntry | undefined
  readonly problems: readonly AuditProblem[]
  /** Intents without an outcome: what became of them is unknown. */
  readonly unknownOutcomes: readonly { seq: number; step: string; target: string }[]
}

const page = 5000

/**
 * Checks the audit: every entry's hash and link, its head against the copy kept apart (a cut tail), the record of every
 * run against the digest in the chain, and the database's own files.
 */
export async function verifyAudit(store: Store): Promise<AuditVerdict> {
  const entries: AuditEntry[] = []
  for (;;) {
    const more = await store.audit.entries(entries.at(-1)?.seq ?? 0, page)
    entries.push(...more)
    if (more.length < page) break
  }
  const problems: AuditProblem[] = []
  // A note that is gone or unreadable is itself a sign of a hand on the store; the rest is looked at all the same.
  const head = await store.audit.expectedHead().catch((error: unknown) => {
    if (!(error instanceof VigieError)) throw error
    problems.push({ seq: null, code: 'note-missing', detail: '' })
    return undefined
  })
  for (const { seq, problem } of verifyChain(entries, head))
    problems.push({ seq: seq ?? null, code: problem, detail: '' })
  for (const { seq, event, subject } of entries) {
    const { run, digest } = subject
    if (event !== 'run.finished' || typeof run !== 'string' || typeof digest !== 'string') continue
    const now = await runDigest(store.runs, run).catch(() => 'unreadable')
    if (now !== digest) problems.push({ seq, code: 'run-altered', detail: run })
  }
  for (const detail of await store.integrity()) problems.push({ seq: null, code: 'store-damaged', detail })
  const answered = new Set(
    entries.filter(({ event }) => event === 'action.outcome').map(({ subject }) => subject['intent']),
  )
  const unknownOutcomes = entries
    .filter(({ event, seq }) => event === 'action.intent' && !answered.has(seq))
    .map(({ seq, subject }) => ({ seq, step: String(subject['step']), target: String(subject['target']) }))
  return { entries: entries.length, head: entries.at(-1), problems, unknownOutcomes }
}
