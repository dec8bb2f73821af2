import { VigieError } from '../core/errors.ts'
import { checkChain } from '../store/audit-chain.ts'
import type { AuditEntry } from '../store/audit-log.ts'
import type { Store } from '../store/store.ts'
import type { StoreView } from '../store/store-view.ts'

export interface AuditProblem {
  readonly seq: number | null
  /** Of the chain, or what of the records differs and how: `run-altered`, `finding-missing`, `sign-off-unrecorded`. */
  readonly code: string
  readonly detail: string
}

export interface AuditVerdict {
  readonly entries: number
  readonly head: AuditEntry | undefined
  readonly problems: readonly AuditProblem[]
  /** Intents without an outcome: what became of them is unknown. */
  readonly unknownOutcomes: readonly { seq: number; step: string; target: string }[]
  /** Runs that were cut off: their records are covered from when that was noticed. */
  readonly cutOff: number
}

const pageSize = 1000

/**
 * Checks the audit: every entry's hash and link, its head against the copy kept apart (a cut tail), every record that it
 * tells of, records that it does not tell of, and the database's own files. Reads one state of the store, in pages, while
 * others go on writing.
 */
export async function verifyAudit(store: Store): Promise<AuditVerdict> {
  const problems: AuditProblem[] = []
  // Before the log: it only grows. A note that is gone or unreadable is itself a sign of a hand on the store.
  const head = await store.audit.expectedHead().catch((error: unknown) => {
    if (!(error instanceof VigieError)) throw error
    problems.push({ seq: null, code: 'note-missing', detail: '' })
    return undefined
  })
  const looked = await store.inspect((view) => lookThrough(view, head))
  for (const detail of await store.integrity()) problems.push({ seq: null, code: 'store-damaged', detail })
  return { ...looked, problems: [...problems, ...looked.problems] }
}

async function lookThrough(
  view: StoreView,
  head: { readonly seq: number; readonly hash: string } | undefined,
): Promise<AuditVerdict> {
  const problems: AuditProblem[] = []
  const chain = checkChain(head)
  const intents = new Map<unknown, AuditVerdict['unknownOutcomes'][number]>()
  let [count, cutOff] = [0, 0]
  let last: AuditEntry | undefined
  let isReadable = true
  for (;;) {
    const page = await view.entries(last?.seq ?? 0, pageSize)
    for (const { seq, problem } of chain.take(page)) problems.push({ seq: seq ?? null, code: problem, detail: '' })
    for (const { seq, event, subject } of page) {
      const { step, target, intent } = subject
      if (event === 'action.intent') intents.set(seq, { seq, step: String(step), target: String(target) })
      if (event === 'action.outcome') intents.delete(intent)
      if (event === 'run.interrupted') cutOff++
    }
    isReadable &&= await unlessDamaged(() => view.compare(page))
    count += page.length
    last = page.at(-1) ?? last
    if (page.length < pageSize) break
  }
  for (const { seq, problem } of chain.end()) problems.push({ seq: seq ?? null, code: problem, detail: '' })
  if (isReadable) await unlessDamaged(() => view.compareRest())
  for (const { seq, what, how, id } of await view.problems())
    problems.push({ seq: seq ?? null, code: `${what}-${how}`, detail: id })
  return { entries: count, head: last, problems, unknownOutcomes: [...intents.values()], cutOff }

  /** What the database cannot read any more is itself a problem, and the chain is looked at all the same. */
  async function unlessDamaged(work: () => Promise<void>): Promise<boolean> {
    try {
      await work()
      return true
    } catch (error) {
      if (!(error instanceof VigieError) || error.code !== 'store-damaged') throw error
      problems.push({ seq: null, code: 'store-damaged', detail: String(error.text.params['detail'] ?? '') })
      return false
    }
  }
}
