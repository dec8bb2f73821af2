import type { Alert } from '../core/alert.ts'
import { message } from '../core/message.ts'
import type { Labels } from '../core/series.ts'
import type { FindingDraft } from '../core/verdict.ts'
import { isAtLeast } from '../core/words.ts'
import type { StepOutcome } from '../engine/outcome.ts'
import { newAlert, resolved } from './new-alert.ts'

/** Good looks in a row that end an alert: one may be chance (as Gatus: two successes). The failure was confirmed by its own looks. */
export const goodLooksToResolve = 2
/** Looks in a row that could not tell before somebody is told. */
export const blindLooksToFire = 3

const blind = message<{ step: string; looks: number; reason: string }>('watch.blind', {
  en: (p) => `${p.step} could not be told for ${p.looks} looks: ${p.reason}`,
  fr: (p) => `${p.step} reste indéterminé depuis ${p.looks} contrôles : ${p.reason}`,
})
export const checkAlertTexts = [blind]

/** What the watch knows of one watched check between two looks. */
export interface CheckAlerts {
  /** By key: the alert that fires, and the good looks in a row since. */
  readonly open: ReadonlyMap<string, { readonly alert: Alert; readonly goodLooks: number }>
  readonly blindLooks: number
}

export const noAlerts: CheckAlerts = { open: new Map(), blindLooks: 0 }

/** One look, as far as it can raise an alarm. */
export interface WatchedLook {
  readonly system: string
  readonly step: string
  readonly component: string
  readonly outcome: StepOutcome
  readonly at: Date
  /** The reason as a plain text, for the alert that sight is lost. */
  reasonText(): string
}

/**
 * What a look changes. A failing check fires one alert for each subject that is high or critical; an alert ends when its
 * subject was looked at and found well twice in a row. A look that could not tell ends nothing, and three of them in a
 * row are an alert of their own. `changed` are the alerts that began or ended with this look.
 */
export function afterLook(
  known: CheckAlerts,
  look: WatchedLook,
  makeId: () => string,
): { readonly next: CheckAlerts; readonly changed: readonly Alert[] } {
  const { status, findings, canClose, covers } = look.outcome
  if (status === 'skipped') return { next: known, changed: [] }
  if (status === 'pass' && known.open.size === 0) return { next: noAlerts, changed: [] }
  const open = new Map(known.open)
  const changed: Alert[] = []
  const blindLooks = status === 'error' ? known.blindLooks + 1 : 0
  const blindKey = keyOf(look.step, 'blind', '')
  const fire = (key: string, draft: Omit<FindingDraft, 'subject'>, subject: string): void => {
    const { system, step: rule, component, at } = look
    const labels: Labels = subject === '' ? {} : { subject }
    const alert = newAlert({ ...draft, id: makeId(), system, key, source: 'check', rule, component, labels }, at)
    open.set(key, { alert, goodLooks: 0 })
    changed.push(alert)
  }
  if (blindLooks >= blindLooksToFire && !open.has(blindKey)) {
    const title = blind({ step: look.step, looks: blindLooks, reason: look.reasonText() })
    fire(blindKey, { severity: 'high', title }, '')
  }
  const bad = new Map(
    (status === 'fail' ? findings : [])
      .filter(({ severity }) => isAtLeast(severity, 'high'))
      .map((finding) => [keyOf(look.step, 'fails', finding.subject), finding]),
  )
  for (const [key, finding] of bad) {
    const present = open.get(key)
    if (present === undefined) fire(key, draftOf(finding), finding.subject)
    else open.set(key, { ...present, goodLooks: 0 })
  }
  for (const [key, { alert, goodLooks }] of known.open) {
    if (bad.has(key)) continue
    const isSeenWell =
      key === blindKey
        ? status !== 'error'
        : canClose && (covers === undefined || covers.includes(alert.labels['subject'] ?? ''))
    const needed = key === blindKey ? 1 : goodLooksToResolve
    if (isSeenWell && goodLooks + 1 >= needed) {
      open.delete(key)
      changed.push(resolved(alert, look.at))
    } else {
      open.set(key, { alert, goodLooks: isSeenWell ? goodLooks + 1 : 0 })
    }
  }
  return { next: { open, blindLooks }, changed }
}

function keyOf(step: string, what: 'fails' | 'blind', subject: string): string {
  return `check ${step} ${what}${subject === '' ? '' : ` ${subject}`}`
}

function draftOf({ severity, title, remedy }: FindingDraft): Omit<FindingDraft, 'subject'> {
  return remedy === undefined ? { severity, title } : { severity, title, remedy }
}
