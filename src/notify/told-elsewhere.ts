import type { NotificationItem } from '../core/channel.ts'
import type { MessageRow, OutboxStore } from '../store/watch-store.ts'
import { outboxId } from './announce.ts'
import type { NotifySystem } from './notify-system.ts'
import { standIn, standInId } from './own-messages.ts'

/**
 * A message with what was decided after it of the alerts that it begins: it may be tried for days, and must not bring back
 * what is over and was told as such by a message that overtook it.
 */
export async function withEnds(
  outbox: Pick<OutboxStore, 'items'>,
  message: MessageRow,
  { channels }: Pick<NotifySystem, 'channels'>,
): Promise<MessageRow> {
  if (message.kind !== 'alerts') return message
  const begun = message.items.filter(({ state }) => state === 'firing')
  // On any channel: an end is the same everywhere.
  const ids = begun.flatMap(({ alert }) => channels.map(({ name }) => outboxId(alert, 'resolved', name)))
  const ends = new Map((await outbox.items(ids)).map(({ item }) => [item.alert, item]))
  return { ...message, items: [...message.items, ...ends.values()] }
}

/** The same alerts on the channel that stands in, but for what that one is told itself; undefined when nothing is left. */
export async function standInFor(
  outbox: Pick<OutboxStore, 'items'>,
  message: MessageRow,
  channel: string,
  now: Date,
): Promise<MessageRow | undefined> {
  const idOf = ({ alert, state }: NotificationItem): string => outboxId(alert, state, channel)
  const known = new Set((await outbox.items(message.items.map(idOf))).map(({ id }) => id))
  const items = message.items.filter((item) => !known.has(idOf(item)))
  return items.length === 0 ? undefined : standIn({ ...message, items }, channel, now)
}

/** The ends that a message told, for the channel that stood in for it when they began; undefined when there are none. */
export async function endsForStandIn(
  outbox: Pick<OutboxStore, 'items' | 'get'>,
  message: MessageRow,
  channel: string,
  now: Date,
): Promise<MessageRow | undefined> {
  const ends = message.items.filter(({ state }) => state === 'resolved')
  const begun = await outbox.items(ends.map(({ alert }) => outboxId(alert, 'firing', message.channel)))
  const stoodIn = new Set<string>()
  for (const [id, items] of Map.groupBy(begun, ({ message: of }) => of)) {
    if (id === undefined || (await outbox.get(standInId(id, channel))) === undefined) continue
    for (const { item } of items) stoodIn.add(item.alert)
  }
  const items = ends.filter(({ alert }) => stoodIn.has(alert))
  return items.length === 0 ? undefined : standInFor(outbox, { ...message, items }, channel, now)
}
