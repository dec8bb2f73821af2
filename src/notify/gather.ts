import type { Clock } from '../core/clock.ts'
import type { OutboxStore } from '../store/watch-store.ts'
import { newMessage } from './new-message.ts'
import { gatheredId } from './own-messages.ts'
import { mayGather } from './policy.ts'

/** Items of one message; what is left makes the next one. */
const mostItems = 10_000

/** Makes messages of what was decided, for the channels whose turn it is. */
export async function gatherLoose(outbox: OutboxStore, systems: readonly string[], clock: Clock): Promise<void> {
  for (const of of await outbox.looseChannels(systems)) {
    const now = clock.now()
    const seen = await outbox.gatheredAt(of)
    const isFailing = seen !== undefined && (await outbox.isFailing(of))
    if (!mayGather(seen, now, isFailing)) continue
    const items = await outbox.loose(of, mostItems)
    if (items.length === 0) continue
    // False when another process was first: its message holds them.
    const ids = items.map(({ id }) => id)
    const parts = items.map(({ item }) => item)
    await outbox.gather(newMessage({ id: gatheredId(ids), ...of, kind: 'alerts', at: now, items: parts }), ids, seen)
  }
}
