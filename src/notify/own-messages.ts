import type { ChannelWords, NotificationItem } from '../core/channel.ts'
import { sha256 } from '../core/hash.ts'
import type { Text } from '../core/message.ts'
import type { MessageRow, OutboxStore } from '../store/watch-store.ts'
import { canary, channelFailed, channelFailedRemedy, test } from './messages.ts'
import { newMessage } from './new-message.ts'
import type { NotifySystem } from './notify-system.ts'

const dayMs = 86_400_000

/**
 * Puts the regular trial of a channel into the outbox; when it is delivered the channel is proved. Two processes that do
 * so for the same time `at` send one. False when it was there already.
 */
export function enqueueCanary(
  outbox: OutboxStore,
  system: NotifySystem,
  channel: string,
  words: ChannelWords,
  at: Date,
): Promise<boolean> {
  return outbox.add(ownMessage('canary', system.name, channel, at, words.text(canary({ channel }))))
}

/** The same for a person who asks (`channels test`). Gives the id, to look up with `OutboxStore.get` what became of it. */
export async function enqueueTest(
  outbox: OutboxStore,
  system: NotifySystem,
  channel: string,
  words: ChannelWords,
  at: Date,
  by: string,
): Promise<string> {
  const message = ownMessage('test', system.name, channel, at, words.text(test({ channel, by })), by)
  await outbox.add(message)
  return message.id
}

/** Tells on another channel that one does not deliver: once a day for each, however many messages it loses. */
export function failureNotice(
  system: string,
  failed: string,
  channel: string,
  reason: Text,
  words: ChannelWords,
  now: Date,
): MessageRow {
  const title = words.text(channelFailed({ channel: failed, reason: words.text(reason) }))
  const message = ownMessage('notice', system, channel, now, title)
  const day = Math.floor(now.getTime() / dayMs)
  const remedy = words.text(channelFailedRemedy({ channel: failed }))
  const items = message.items.map((item) => ({ ...item, remedy }))
  return { ...message, id: messageId('notice', system, failed, channel, day), items }
}

/** The same alerts on another channel, which stands in for the one that does not deliver. */
export function standIn(message: MessageRow, channel: string, now: Date): MessageRow {
  return { ...newMessage({ ...message, id: standInId(message.id, channel), channel, at: now }), fallbackOf: message.id }
}

export function standInId(message: string, channel: string): string {
  return messageId('stand-in', message, channel)
}

/** The id of a message made of these items: an item is part of one message only. */
export function gatheredId(items: readonly string[]): string {
  return messageId('alerts', ...items)
}

function messageId(...parts: readonly (string | number)[]): string {
  return `m${sha256(parts).slice(0, 31)}`
}

function ownMessage(
  kind: 'canary' | 'test' | 'notice',
  system: string,
  channel: string,
  at: Date,
  title: string,
  by = '',
): MessageRow {
  const id = messageId(kind, system, channel, at.toISOString(), by)
  const item: NotificationItem = {
    alert: id,
    key: `vigie/${kind}/${channel}`,
    state: 'firing',
    severity: kind === 'notice' ? 'high' : 'low',
    component: 'vigie',
    rule: kind,
    labels: {},
    value: undefined,
    title,
    remedy: undefined,
    startedAt: at,
    resolvedAt: undefined,
    acknowledgeUrl: undefined,
  }
  return newMessage({ id, system, channel, kind, at, items: [item] })
}
