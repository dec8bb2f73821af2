import type { ChannelWords, Notification, NotificationItem } from '../../core/channel.ts'
import {
  firingAndResolved,
  resolvedWord,
  severalFiring,
  severalResolved,
  severityWord,
  wordAndTitle,
} from './messages.ts'

/** What a notification says, in one line: a subject, a first line on a locked phone. */
export function headline({ kind, items }: Notification, words: ChannelWords): string {
  const [first] = items
  if (first === undefined) return ''
  const title = oneLine(first.title)
  if (kind !== 'alerts') return title
  if (items.length === 1) return words.text(wordAndTitle({ word: stateWord(first, words), title }))
  const firing = items.filter(({ state }) => state === 'firing').length
  const resolved = items.length - firing
  if (firing === 0) return words.text(severalResolved({ count: resolved }))
  if (resolved === 0) return words.text(severalFiring({ count: firing, severity: first.severity, title }))
  return words.text(firingAndResolved({ firing, resolved, title }))
}

/** `Critical` while it lasts, `Resolved` after. */
export function stateWord({ state, severity }: NotificationItem, words: ChannelWords): string {
  return words.text(state === 'resolved' ? resolvedWord({}) : severityWord({ severity }))
}

/** A text without line ends and control characters: nothing in a title may begin another line, such as a header. */
export function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
    .toWellFormed()
}

/** At most so many characters, never half of one. */
export function cut(text: string, limit: number): string {
  return text.length <= limit
    ? text
    : `${text
        .slice(0, limit - 1)
        .toWellFormed()
        .replace(/\ufffd$/, '')}…`
}
