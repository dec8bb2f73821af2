import type { HumanStep } from '../config/system.ts'
import type { SignOffRow } from '../store/store.ts'
import { dueOf } from './due.ts'
import { itemDue, itemOverdue, signed, signRemedy } from './messages.ts'
import { defaultSeverity, outcome, type StepOutcome } from './outcome.ts'

/** The kind under which findings on items that people do are kept. */
export const humanKind = 'human'

/**
 * Where an item that a person does stands: signed for this time (done), not due yet (skipped by design), due (pending),
 * or overdue, which is a finding like any other.
 */
export function judgeHuman(
  step: HumanStep,
  signOff: SignOffRow | undefined,
  firstSeen: Date,
  now: Date,
  rhythm: { readonly at: string | undefined; readonly timezone: string },
): StepOutcome {
  const { human: title, owner, every, since } = step.options
  const from = signOff?.at ?? (since === undefined ? firstSeen : new Date(`${since}T00:00:00Z`))
  const due = dueOf(from, now, { ...rhythm, everyMs: every })
  const remedy = signRemedy({ step: step.id })
  const isDueNow = due === undefined || due.dueAt.getTime() <= now.getTime()
  if (due !== undefined && due.overdueMs > 0) {
    const reason = itemOverdue({ title, lateMs: due.overdueMs, owner: owner ?? '' })
    const finding = { subject: step.id, severity: defaultSeverity('warn', step.criticality), title: reason, remedy }
    return outcome('warn', { reason, remedy, findings: [finding], canClose: true, covers: [step.id] })
  }
  const at = (due?.dueAt ?? now).toISOString()
  const closed = { canClose: true, covers: [step.id] }
  if (!isDueNow) {
    if (signOff === undefined) return outcome('skipped', { ...closed, reason: itemDue({ title, due: at }) })
    const { by, note } = signOff
    return outcome('done', { ...closed, reason: signed({ by, at: signOff.at.toISOString(), note, due: at }) })
  }
  return outcome('pending', { ...closed, reason: itemDue({ title, due: at }), remedy })
}
