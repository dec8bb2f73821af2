import type { Kysely, Transaction } from 'kysely'
import { batches, iso } from '../codec.ts'
import type { Tables } from '../schema.ts'
import type { MessageRow } from '../watch-store.ts'
import { messageValues } from './outbox-rows.ts'

class TakenByAnother extends Error {}

/** Makes a message of loose items, or does nothing and gives false when another process was first. */
export async function gatherMessage(
  db: Kysely<Tables>,
  message: MessageRow,
  items: readonly string[],
  seen: Date | undefined,
): Promise<boolean> {
  try {
    await db.transaction().execute(async (tx) => {
      if (!(await takeTurn(tx, message, seen))) throw new TakenByAnother()
      await tx.insertInto('messages').values(messageValues(message)).execute()
      for (const batch of batches(items)) {
        const taken = await tx
          .updateTable('outbox')
          .set({ message_id: message.id })
          .where('id', 'in', batch)
          .where('message_id', 'is', null)
          .executeTakeFirst()
        if (taken.numUpdatedRows !== BigInt(batch.length)) throw new TakenByAnother()
      }
    })
    return true
  } catch (error) {
    if (error instanceof TakenByAnother) return false
    throw error
  }
}

async function takeTurn(
  tx: Transaction<Tables>,
  { system, channel, at }: MessageRow,
  seen: Date | undefined,
): Promise<boolean> {
  if (seen === undefined) {
    const first = await tx
      .insertInto('channel_turns')
      .values({ system, channel, gathered_at: iso(at) })
      .onConflict((conflict) => conflict.columns(['system', 'channel']).doNothing())
      .executeTakeFirst()
    return first.numInsertedOrUpdatedRows === 1n
  }
  const next = await tx
    .updateTable('channel_turns')
    .set({ gathered_at: iso(at) })
    .where('system', '=', system)
    .where('channel', '=', channel)
    .where('gathered_at', '=', iso(seen))
    .executeTakeFirst()
  return next.numUpdatedRows === 1n
}
