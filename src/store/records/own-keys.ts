import type { Kysely } from 'kysely'
import { iso } from '../codec.ts'
import type { Tables } from '../schema.ts'
import type { OwnKeyStore } from '../watch-store.ts'

export function ownKeyRecords(db: Kysely<Tables>): OwnKeyStore {
  const find = async (name: string): Promise<string | undefined> =>
    (await db.selectFrom('own_keys').select('value').where('name', '=', name).executeTakeFirst())?.value
  return {
    getOrMake: async (name, make, at) => {
      const known = await find(name)
      if (known !== undefined) return known
      const made = make()
      await db
        .insertInto('own_keys')
        .values({ name, value: made, created_at: iso(at) })
        .onConflict((conflict) => conflict.column('name').doNothing())
        .execute()
      return (await find(name)) ?? made
    },
  }
}
