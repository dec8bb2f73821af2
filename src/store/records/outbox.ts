import type { Kysely, Selectable } from 'kysely'
import type { NotificationItem } from '../../core/channel.ts'
import { batches, date, dateOr, iso, orUndefined, plain } from '../codec.ts'
import type { Tables } from '../schema.ts'
import type { MessageRow, OutboxStore } from '../watch-store.ts'
import { claimMessages } from './outbox-claim.ts'
import { gatherMessage } from './outbox-gather.ts'
import { endValues, messageOf, messageValues, notificationItem, outboxItemOf, outboxValues } from './outbox-rows.ts'

export function outboxRecords(db: Kysely<Tables>): OutboxStore {
  return {
    looseChannels: async (systems) =>
      systems.length === 0
        ? []
        : db
            .selectFrom('outbox')
            .select(['system', 'channel'])
            .distinct()
            .where('message_id', 'is', null)
            .where('system', 'in', systems)
            .execute()
            .then((rows) => rows.map(({ system, channel }) => ({ system, channel }))),
    loose: async ({ system, channel }, limit) => {
      const rows = await db
        .selectFrom('outbox')
        .selectAll()
        .where('message_id', 'is', null)
        .where('system', '=', system)
        .where('channel', '=', channel)
        .orderBy('at')
        .orderBy('id')
        .limit(limit)
        .execute()
      return rows.map(outboxItemOf)
    },
    items: async (ids) => {
      const rows: Selectable<Tables['outbox']>[] = []
      for (const batch of batches(ids)) {
        rows.push(...(await db.selectFrom('outbox').selectAll().where('id', 'in', batch).execute()))
      }
      return rows.map((row) => ({ ...outboxItemOf(row), message: orUndefined(row.message_id) }))
    },
    gatheredAt: async ({ system, channel }) => {
      const row = await db
        .selectFrom('channel_turns')
        .select('gathered_at')
        .where('system', '=', system)
        .where('channel', '=', channel)
        .executeTakeFirst()
      return dateOr(row?.gathered_at ?? null)
    },
    isFailing: async ({ system, channel }) => {
      const row = await db
        .selectFrom('messages')
        .select('id')
        .where('system', '=', system)
        .where('channel', '=', channel)
        .where('state', '=', 'waiting')
        .where('attempts', '>', 0)
        .limit(1)
        .executeTakeFirst()
      return row !== undefined
    },
    gather: (message, items, seen) => gatherMessage(db, message, items, seen),
    add: (message) =>
      db.transaction().execute(async (tx) => {
        const inserted = await tx
          .insertInto('messages')
          .values(messageValues(message))
          .onConflict((conflict) => conflict.column('id').doNothing())
          .executeTakeFirst()
        if (inserted.numInsertedOrUpdatedRows !== 1n) return false
        const { system, channel, at } = message
        const own = message.items.map((item, index) =>
          outboxValues(
            { id: `${message.id}/${String(index).padStart(6, '0')}`, system, channel, at, item },
            message.id,
          ),
        )
        for (const batch of batches(own)) await tx.insertInto('outbox').values(batch).execute()
        return true
      }),
    claim: async (claim) => withItems(db, await claimMessages(db, claim)),
    settle: async (id, sender, end) => {
      const changed = await db
        .updateTable('messages')
        .set({ ...endValues(end), claimed_by: null, claimed_until: null })
        .where('id', '=', id)
        .where('claimed_by', '=', sender)
        .where('state', '=', 'waiting')
        .executeTakeFirst()
      return changed.numUpdatedRows === 1n
    },
    get: async (id) => {
      const rows = await db.selectFrom('messages').selectAll().where('id', '=', id).execute()
      return (await withItems(db, rows))[0]
    },
    list: async ({ system, state, limit }) => {
      let query = db.selectFrom('messages').selectAll().orderBy('at', 'desc').orderBy('id').limit(limit)
      if (system !== undefined) query = query.where('system', '=', system)
      if (state !== undefined) query = query.where('state', '=', state)
      return withItems(db, await query.execute())
    },
    prove: async (system, channel, at, by) => {
      const changes = { proved_at: iso(at), by: plain(by) }
      await db
        .insertInto('channel_proofs')
        .values({ system, channel, ...changes })
        .onConflict((conflict) => conflict.columns(['system', 'channel']).doUpdateSet(changes))
        .execute()
    },
    proofs: async (system) => {
      const rows = await db.selectFrom('channel_proofs').selectAll().where('system', '=', system).execute()
      return new Map(rows.map(({ channel, proved_at, by }) => [channel, { at: date(proved_at), by }]))
    },
  }
}

async function withItems(db: Kysely<Tables>, rows: readonly Selectable<Tables['messages']>[]): Promise<MessageRow[]> {
  const items = new Map<string, NotificationItem[]>(rows.map(({ id }) => [id, []]))
  for (const batch of batches([...items.keys()])) {
    const own = await db
      .selectFrom('outbox')
      .select(['message_id', 'item'])
      .where('message_id', 'in', batch)
      .orderBy('at')
      .orderBy('id')
      .execute()
    for (const { message_id, item } of own) items.get(message_id ?? '')?.push(notificationItem(item))
  }
  return rows.map((row) => messageOf(row, items.get(row.id) ?? []))
}
