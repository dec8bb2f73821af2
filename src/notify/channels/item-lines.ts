import type { ChannelWords, NotificationItem } from '../../core/channel.ts'
import { lastedWord, sinceWord } from './messages.ts'

/** When it began, or when it ended and how long it lasted. */
export function timeLine({ startedAt, resolvedAt }: NotificationItem, words: ChannelWords): string {
  if (resolvedAt === undefined) return words.text(sinceWord({ at: startedAt.toISOString() }))
  const ms = Math.max(0, resolvedAt.getTime() - startedAt.getTime())
  return words.text(lastedWord({ at: resolvedAt.toISOString(), ms }))
}

/** A canary, a test and a notice say all in their title: severity and times would only frighten. */
export function isPlain(kind: string): boolean {
  return kind !== 'alerts'
}
