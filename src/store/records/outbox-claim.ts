import type { ExpressionBuilder, ExpressionWrapper, Kysely, Selectable, SqlBool } from 'kysely'
import { iso } from '../codec.ts'
import type { Tables } from '../schema.ts'
import type { Claim } from '../watch-store.ts'

/** Of each channel the message that is due longest; only what was still free when it was taken. */
export async function claimMessages(db: Kysely<Tables>, claim: Claim): Promise<Selectable<Tables['messages']>[]> {
  if (claim.systems.length === 0) return []
  const due = isDue(claim)
  const channels = await db
    .selectFrom('messages')
    .select(['system', 'channel'])
    .distinct()
    .where('system', 'in', claim.systems)
    .where(due)
    .execute()
  const claimed: Selectable<Tables['messages']>[] = []
  for (const { system, channel } of channels) {
    if (claim.except.some((busy) => busy.system === system && busy.channel === channel)) continue
    const row = await db
      .selectFrom('messages')
      .selectAll()
      .where('system', '=', system)
      .where('channel', '=', channel)
      .where(due)
      .orderBy('next_attempt_at')
      .orderBy('at')
      .orderBy('id')
      .limit(1)
      .executeTakeFirst()
    if (row === undefined) continue
    const taken = await db
      .updateTable('messages')
      .set({ claimed_by: claim.sender, claimed_until: iso(claim.until) })
      .where('id', '=', row.id)
      .where(due)
      .executeTakeFirst()
    if (taken.numUpdatedRows === 1n) claimed.push(row)
  }
  return claimed
}

/** A time further ahead than we ever write was written before the clock stepped back: it would be waited for in vain. */
function isDue({ now, until, latestAttempt }: Claim) {
  const longestClaim = new Date(now.getTime() + 2 * (until.getTime() - now.getTime()))
  return (where: ExpressionBuilder<Tables, 'messages'>): ExpressionWrapper<Tables, 'messages', SqlBool> =>
    where.and([
      where('state', '=', 'waiting'),
      where.or([where('next_attempt_at', '<=', iso(now)), where('next_attempt_at', '>', iso(latestAttempt))]),
      where.or([
        where('claimed_until', 'is', null),
        where('claimed_until', '<=', iso(now)),
        where('claimed_until', '>', iso(longestClaim)),
      ]),
    ])
}
