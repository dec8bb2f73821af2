import type { Kysely, Transaction } from 'kysely'
import { batches, iso } from '../codec.ts'
import type { Tables } from '../schema.ts'
import type { TidyStore } from '../tidy-store.ts'
import { notificationItem } from './outbox-rows.ts'

export function tidyRecords(db: Kysely<Tables>): TidyStore {
  return {
    forget: async (system, before, limit) => ({
      // Messages first: they ask which alerts are open.
      messages: await db.transaction().execute((tx) => forgetMessages(tx, system, iso(before.messages), limit)),
      alerts: await db.transaction().execute((tx) => forgetAlerts(tx, system, iso(before.alerts), limit)),
      silences: await db.transaction().execute((tx) => forgetSilences(tx, system, iso(before.alerts), limit)),
      looks: await db.transaction().execute((tx) => forgetLooks(tx, system, iso(before.messages), limit)),
    }),
  }
}

type Forget = (tx: Transaction<Tables>, system: string, before: string, limit: number) => Promise<number>

const forgetAlerts: Forget = async (tx, system, before, limit) => {
  const old = tx
    .selectFrom('alerts')
    .select('id')
    .where('system', '=', system)
    .where('state', '=', 'resolved')
    .where('resolved_at', '<', before)
    .orderBy('resolved_at')
    .orderBy('id')
    .limit(limit)
  // Asked again: what another process opened meanwhile stays.
  const { numDeletedRows } = await tx
    .deleteFrom('alerts')
    .where('id', 'in', old)
    .where('state', '=', 'resolved')
    .executeTakeFirst()
  return Number(numDeletedRows)
}

const forgetSilences: Forget = async (tx, system, before, limit) => {
  const old = tx
    .selectFrom('silences')
    .select('id')
    .where('system', '=', system)
    .where('ends_at', '<', before)
    .orderBy('ends_at')
    .orderBy('id')
    .limit(limit)
  const { numDeletedRows } = await tx.deleteFrom('silences').where('id', 'in', old).executeTakeFirst()
  return Number(numDeletedRows)
}

const forgetLooks: Forget = async (tx, system, before, limit) => {
  const old = tx
    .selectFrom('last_looks')
    .select('step')
    .where('system', '=', system)
    .where('at', '<', before)
    .orderBy('at')
    .orderBy('step')
    .limit(limit)
  const { numDeletedRows } = await tx
    .deleteFrom('last_looks')
    .where('system', '=', system)
    .where('step', 'in', old)
    .where('at', '<', before)
    .executeTakeFirst()
  return Number(numDeletedRows)
}

/**
 * What was told of an alert that is still open stays with its message: by the ids of these items it is known that it was
 * told already. The search goes on behind such messages, a page at a time.
 */
const forgetMessages: Forget = async (tx, system, before, limit) => {
  const open = await tx
    .selectFrom('alerts')
    .select('id')
    .where('system', '=', system)
    .where('state', 'in', ['pending', 'firing'])
    .execute()
  const isOpen = new Set(open.map(({ id }) => id))
  let forgotten = 0
  let after = { at: '', id: '' }
  while (forgotten < limit) {
    const page = await tx
      .selectFrom('messages')
      .select(['id', 'at'])
      .where('system', '=', system)
      .where('state', 'in', ['delivered', 'given-up'])
      .where('at', '<', before)
      .where((where) =>
        where.or([where('at', '>', after.at), where.and([where('at', '=', after.at), where('id', '>', after.id)])]),
      )
      .orderBy('at')
      .orderBy('id')
      .limit(limit - forgotten)
      .execute()
    const last = page.at(-1)
    if (last === undefined) break
    after = last
    for (const batch of batches(page.map(({ id }) => id))) {
      const items = await tx
        .selectFrom('outbox')
        .select(['message_id', 'item'])
        .where('message_id', 'in', batch)
        .execute()
      const kept = new Set(
        items.flatMap(({ message_id, item }) => (isOpen.has(notificationItem(item).alert) ? [message_id] : [])),
      )
      const old = batch.filter((id) => !kept.has(id))
      if (old.length === 0) continue
      await tx.deleteFrom('outbox').where('message_id', 'in', old).execute()
      const { numDeletedRows } = await tx.deleteFrom('messages').where('id', 'in', old).executeTakeFirst()
      forgotten += Number(numDeletedRows)
    }
  }
  return forgotten
}
