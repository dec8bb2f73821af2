import type { Alert } from '../core/alert.ts'
import type { Text } from '../core/message.ts'
import { printable } from '../core/printable.ts'
import {
  isOver,
  linkHint,
  severityLine,
  sinceLine,
  takeIt,
  takeItMeans,
  takenBy,
  whatNext,
  youTookIt,
} from './acknowledge-messages.ts'
import { escapeHtml, type Page } from './page.ts'
import type { Words } from './route.ts'

/**
 * An alert and one big button, or who has it already, or that it is over. `isMine` is for who took it just now. The form
 * posts to where the page is, whatever a proxy calls that.
 */
export function alertPage(alert: Alert, words: Words, now: Date, isMine = false): Page {
  const say = (text: Text): string => escapeHtml(printable(words.text(text)))
  const { severity, component, system, startedAt, remedy } = alert
  const forMs = Math.max(0, (alert.resolvedAt ?? now).getTime() - startedAt.getTime())
  const lines = [
    `<h1>${say(alert.title)}</h1>`,
    `<p class="state ${severity}">${say(severityLine({ severity, component, system }))}</p>`,
    `<p>${say(sinceLine({ at: startedAt.toISOString(), forMs }))}</p>`,
    ...standing(alert, isMine).map((text) => `<p class="state">${say(text)}</p>`),
    ...(isTakeable(alert)
      ? [`<form method="post"><button>${say(takeIt({}))}</button></form>`, `<p>${say(takeItMeans({}))}</p>`]
      : []),
    ...(remedy === undefined ? [] : [`<h2>${say(whatNext({}))}</h2>`, `<p>${say(remedy)}</p>`]),
  ]
  return { status: 200, title: printable(words.text(alert.title)), body: lines.join('\n') }
}

/** Why there is no alert to show. */
export function refusalPage(status: number, reason: Text, words: Words, hint: Text = linkHint({})): Page {
  const title = words.text(reason)
  return { status, title, body: `<h1>${escapeHtml(title)}</h1>\n<p>${escapeHtml(words.text(hint))}</p>` }
}

function standing({ acknowledgedAt, acknowledgedBy, resolvedAt }: Alert, isMine: boolean): Text[] {
  return [
    ...(isMine ? [youTookIt({})] : []),
    ...(acknowledgedAt === undefined ? [] : [takenBy({ by: acknowledgedBy ?? '?', at: acknowledgedAt.toISOString() })]),
    ...(resolvedAt === undefined ? [] : [isOver({ at: resolvedAt.toISOString() })]),
  ]
}

function isTakeable({ state, acknowledgedAt }: Alert): boolean {
  return state !== 'resolved' && acknowledgedAt === undefined
}
