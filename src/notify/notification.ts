import type { Notification, NotificationItem } from '../core/channel.ts'
import { severities } from '../core/words.ts'
import type { MessageRow } from '../store/watch-store.ts'
import type { NotifySystem } from './notify-system.ts'

/** A message as its channel renders it: of each alert the newest that is known, the worst first. */
export function notificationOf(message: MessageRow, { locale, publicUrl }: NotifySystem): Notification {
  const { id, system, kind, at } = message
  const newest = new Map<string, NotificationItem>()
  // Nothing comes after the end of an alert, whatever a clock said when it was written.
  for (const item of message.items) if (newest.get(item.alert)?.state !== 'resolved') newest.set(item.alert, item)
  return { id, system, kind, at, locale, items: [...newest.values()].toSorted(worstFirst), publicUrl }
}

function worstFirst(a: NotificationItem, b: NotificationItem): number {
  const rank = ({ state, severity }: NotificationItem): number =>
    state === 'firing' ? severities.length + severities.indexOf(severity) : severities.indexOf(severity)
  return rank(b) - rank(a) || a.startedAt.getTime() - b.startedAt.getTime()
}
