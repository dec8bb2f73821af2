import type { MessageRow } from '../store/watch-store.ts'

/** A message that waits for its first attempt, which may be made at once. */
export function newMessage(
  message: Pick<MessageRow, 'id' | 'system' | 'channel' | 'kind' | 'at' | 'items'>,
): MessageRow {
  return {
    ...message,
    state: 'waiting',
    attempts: 0,
    nextAttemptAt: message.at,
    lastError: undefined,
    deliveredAt: undefined,
    fallbackOf: undefined,
  }
}
