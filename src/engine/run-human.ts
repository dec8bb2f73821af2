import type { HumanStep } from '../config/system.ts'
import type { SignOffRow } from '../store/sign-off-store.ts'
import { dueOf } from './due.ts'
import { itemDue, itemOverdue, signed, signedOnDemand, signRemedy } from './messages.ts'
import { defaultSeverity, outcome, type StepOutcome } from './outcome.ts'

/** The kind under which findings on items that people do are kept. */
export const humanKind = 'human'

/**
 * Where an item that a person does stands: signed for this time (done), not due yet (skipped by design), due (pending),
 * or overdue, which is a finding like any other. In a routine on demand it is done for the run that follows the
 * signature, and due again at the next: `previousRun` is when the last one that ended began.
 */
export function judgeHuman(
  step: HumanStep,
  signOff: SignOffRow | undefined,
  firstSeen: Date,
  now: Date,
  rhythm: { readonly at: string | undefined; readonly timezone: string; readonly previousRun: Date | undefined },
): StepOutcome {
  const { human: title, owner, every, since } = step.options
  const from = signOff?.at ?? (since === undefined ? firstSeen : new Date(`${since}T00:00:00Z`))
  const due = dueOf(from, now, { ...rhythm, everyMs: every })
  const remedy = signRemedy({ step: step.id })
  if (due !== undefined && due.overdueMs > 0) {
    const reason = itemOverdue({ title, lateMs: due.overdueMs, owner: owner ?? '' })
    const finding = { subject: step.id, severity: defaultSeverity('warn', step.criticality), title: reason, remedy }
    return outcome('warn', { reason, remedy, findings: [finding], canClose: true, covers: [step.id] })
  }
  const at = (due?.dueAt ?? now).toISOString()
  const closed = { canClose: true, covers: [step.id] }
  if (due === undefined && signOff !== undefined && signOff.at >= (rhythm.previousRun ?? signOff.at)) {
    const reason = signedOnDemand({ by: signOff.by, at: signOff.at.toISOString(), note: signOff.note })
    return outcome('done', { ...closed, reason })
  }
  if (due !== undefined && due.dueAt.getTime() > now.getTime()) {
    if (signOff === undefined) return outcome('skipped', { ...closed, reason: itemDue({ title, due: at }) })
    const { by, note } = signOff
    return outcome('done', { ...closed, reason: signed({ by, at: signOff.at.toISOString(), note, due: at }) })
  }
  return outcome('pending', { ...closed, reason: itemDue({ title, due: at }), remedy })
}
