import { fingerprint } from '../core/fingerprint.ts'
import type { FindingDraft } from '../core/verdict.ts'
import type { FindingChanges, FindingEventRow, FindingRow } from '../store/finding-store.ts'

/** What one look of a step says about findings. */
export interface Look {
  readonly system: string
  readonly step: string
  readonly kind: string
  readonly component: string
  readonly runId: string
  readonly at: Date
  readonly drafts: readonly FindingDraft[]
  /** False when nothing may be closed by this look: it could not see. */
  readonly canClose: boolean
  /** The only subjects that can be closed; undefined when all can. */
  readonly covers: readonly string[] | undefined
}

/**
 * The life cycle of findings: a new subject opens one, a seen one stays, a fixed one that is seen again is back, an
 * acceptance ends on its date, and only a look that saw the thing and no longer names it makes it fixed. What a run
 * looked at before another one did counts as seen, and changes nothing that is known since.
 * `known` are the findings of this kind and component that the store has, in any state.
 */
export function settleFindings(look: Look, known: readonly FindingRow[]): FindingChanges {
  const rows: FindingRow[] = []
  const events: FindingEventRow[] = []
  const drafts = new Map(look.drafts.map((draft) => [fingerprint(look.kind, look.component, draft.subject), draft]))
  const event = (print: string, what: FindingEventRow['event'], detail: FindingEventRow['detail'] = {}): void => {
    events.push({
      system: look.system,
      fingerprint: print,
      at: look.at,
      event: what,
      runId: look.runId,
      actor: undefined,
      detail,
    })
  }

  for (const [print, draft] of drafts) {
    const before = known.find((row) => row.fingerprint === print)
    if (before === undefined) {
      event(print, 'opened', { severity: draft.severity })
      rows.push(opened(look, print, draft))
      continue
    }
    if (isNewer(before, look)) {
      const firstSeenAt = before.firstSeenAt < look.at ? before.firstSeenAt : look.at
      const lastSeenAt = before.lastSeenAt > look.at ? before.lastSeenAt : look.at
      rows.push({ ...before, firstSeenAt, lastSeenAt, timesSeen: before.timesSeen + 1 })
      continue
    }
    if (before.severity !== draft.severity)
      event(print, 'severity-changed', { from: before.severity, to: draft.severity })
    if (before.state === 'fixed') event(print, 'back')
    const acceptanceEnded = before.state === 'accepted' && (before.acceptedUntil?.getTime() ?? 0) <= look.at.getTime()
    if (acceptanceEnded) event(print, 'acceptance-ended')
    rows.push({
      ...before,
      ...(acceptanceEnded && { acceptedUntil: undefined, acceptedBy: undefined, acceptedReason: undefined }),
      step: look.step,
      severity: draft.severity,
      title: draft.title,
      remedy: draft.remedy,
      state: before.state === 'accepted' && !acceptanceEnded ? 'accepted' : 'open',
      lastSeenAt: look.at,
      fixedAt: undefined,
      timesSeen: before.timesSeen + 1,
    })
  }

  if (look.canClose) {
    for (const before of known) {
      if (before.state === 'fixed' || drafts.has(before.fingerprint) || isNewer(before, look)) continue
      if (look.covers !== undefined && !look.covers.includes(before.subject)) continue
      event(before.fingerprint, 'fixed')
      rows.push({
        ...before,
        state: 'fixed',
        fixedAt: look.at,
        acceptedUntil: undefined,
        acceptedBy: undefined,
        acceptedReason: undefined,
      })
    }
  }
  return { rows, events }
}

/** Whether another look, later than this one, has seen the finding or its end. */
function isNewer({ lastSeenAt, fixedAt }: FindingRow, { at }: Look): boolean {
  return lastSeenAt > at || (fixedAt !== undefined && fixedAt > at)
}

function opened(look: Look, print: string, draft: FindingDraft): FindingRow {
  return {
    system: look.system,
    fingerprint: print,
    kind: look.kind,
    component: look.component,
    step: look.step,
    subject: draft.subject,
    severity: draft.severity,
    title: draft.title,
    remedy: draft.remedy,
    state: 'open',
    owner: undefined,
    dueAt: undefined,
    acceptedUntil: undefined,
    acceptedBy: undefined,
    acceptedReason: undefined,
    firstSeenAt: look.at,
    lastSeenAt: look.at,
    fixedAt: undefined,
    timesSeen: 1,
  }
}
