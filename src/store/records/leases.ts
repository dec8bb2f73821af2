import type { Kysely, Selectable } from 'kysely'
import { date, iso, orNull, orUndefined } from '../codec.ts'
import type { LeaseRow, LeaseStore } from '../lease-store.ts'
import type { Tables } from '../schema.ts'

export function leaseRecords(db: Kysely<Tables>): LeaseStore {
  return {
    acquire: async (lease, replaceable) => {
      const values = leaseValues(lease)
      const { name, ...changes } = values
      const inserted = await db
        .insertInto('leases')
        .values(values)
        .onConflict((conflict) => conflict.column('name').doNothing())
        .executeTakeFirst()
      if (inserted.numInsertedOrUpdatedRows === 1n) return undefined
      const present = await db.selectFrom('leases').selectAll().where('name', '=', name).executeTakeFirst()
      // Released in between: whoever asks next gets it; naming ourselves as the holder would be a lie.
      if (present === undefined) return leaseRecords(db).acquire(lease, replaceable)
      const current = leaseOf(present)
      const isFree = current.expiresAt.getTime() <= lease.acquiredAt.getTime() || (replaceable?.(current) ?? false)
      if (!isFree) return current
      // Only the very lease that was judged free may be replaced: of two that judged it so, one wins.
      const taken = await db
        .updateTable('leases')
        .set(changes)
        .where('name', '=', name)
        .where('holder', '=', present.holder)
        .where('expires_at', '=', present.expires_at)
        .executeTakeFirst()
      return taken.numUpdatedRows === 1n ? undefined : leaseRecords(db).acquire(lease, replaceable)
    },
    renew: async (name, holder, expiresAt) => {
      const renewed = await db
        .updateTable('leases')
        .set({ expires_at: iso(expiresAt) })
        .where('name', '=', name)
        .where('holder', '=', holder)
        .executeTakeFirst()
      return renewed.numUpdatedRows === 1n
    },
    release: async (name, holder) => {
      await db.deleteFrom('leases').where('name', '=', name).where('holder', '=', holder).execute()
    },
    list: async () => (await db.selectFrom('leases').selectAll().orderBy('name').execute()).map(leaseOf),
  }
}

function leaseValues({ name, holder, host, pid, place, acquiredAt, expiresAt }: LeaseRow): Tables['leases'] {
  return { name, holder, host, pid, place: orNull(place), acquired_at: iso(acquiredAt), expires_at: iso(expiresAt) }
}

function leaseOf(row: Selectable<Tables['leases']>): LeaseRow {
  const { name, holder, host, pid } = row
  const times = { acquiredAt: date(row.acquired_at), expiresAt: date(row.expires_at) }
  return { name, holder, host, pid, place: orUndefined(row.place), ...times }
}
