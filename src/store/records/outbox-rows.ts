import type { Selectable } from 'kysely'
import type { NotificationItem } from '../../core/channel.ts'
import { date, dateOr, iso, isoOrNull, json, jsonOrNull, orNull, orUndefined, parsed, parsedOr } from '../codec.ts'
import type { Tables } from '../schema.ts'
import type { MessageRow, OutboxItem } from '../watch-store.ts'

export function outboxValues(item: OutboxItem, messageId: string | null = null): Tables['outbox'] {
  const { id, system, channel } = item
  return { id, system, channel, at: iso(item.at), item: json(item.item), message_id: messageId }
}

export function outboxItemOf(row: Selectable<Tables['outbox']>): OutboxItem {
  const { id, system, channel } = row
  return { id, system, channel, at: date(row.at), item: notificationItem(row.item) }
}

/** JSON has no dates and leaves out what is undefined; an item has every member. */
export function notificationItem(text: string): NotificationItem {
  type Stored = Omit<NotificationItem, 'startedAt' | 'resolvedAt'> & { startedAt: string; resolvedAt?: string }
  const stored = parsed<Stored>(text)
  return {
    ...stored,
    value: stored.value ?? undefined,
    remedy: stored.remedy,
    acknowledgeUrl: stored.acknowledgeUrl,
    startedAt: new Date(stored.startedAt),
    resolvedAt: dateOr(stored.resolvedAt ?? null),
  }
}

export function messageValues(
  message: MessageRow,
): Omit<Tables['messages'], 'claimed_by' | 'claimed_until'> & { claimed_by: null; claimed_until: null } {
  return {
    id: message.id,
    system: message.system,
    channel: message.channel,
    kind: message.kind,
    at: iso(message.at),
    ...endValues(message),
    claimed_by: null,
    claimed_until: null,
    fallback_of: orNull(message.fallbackOf),
  }
}

export function endValues(
  end: Pick<MessageRow, 'state' | 'attempts' | 'nextAttemptAt' | 'lastError' | 'deliveredAt'>,
): Pick<Tables['messages'], 'state' | 'attempts' | 'next_attempt_at' | 'last_error' | 'delivered_at'> {
  return {
    state: end.state,
    attempts: end.attempts,
    next_attempt_at: iso(end.nextAttemptAt),
    last_error: jsonOrNull(end.lastError),
    delivered_at: isoOrNull(end.deliveredAt),
  }
}

export function messageOf(row: Selectable<Tables['messages']>, items: readonly NotificationItem[]): MessageRow {
  return {
    id: row.id,
    system: row.system,
    channel: row.channel,
    kind: row.kind,
    at: date(row.at),
    state: row.state,
    attempts: row.attempts,
    nextAttemptAt: date(row.next_attempt_at),
    lastError: parsedOr(row.last_error),
    deliveredAt: dateOr(row.delivered_at),
    fallbackOf: orUndefined(row.fallback_of),
    items,
  }
}
