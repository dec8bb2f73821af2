import { promisify } from 'node:util'
import { deflateRaw, inflateRaw } from 'node:zlib'
import type { Kysely } from 'kysely'
import type { JsonValue } from '../../core/json.ts'
import { thinned } from '../../core/snapshot.ts'
import { date, iso, json, parsed } from '../codec.ts'
import type { Tables } from '../schema.ts'
import type { SnapshotStore } from '../snapshot-store.ts'

/** Thousands of rows of numbers and names take a fifth so. */
const deflate = promisify<Buffer, Buffer>(deflateRaw)
const inflate = promisify<Buffer, Buffer>(inflateRaw)

export function snapshotRecords(db: Kysely<Tables>): SnapshotStore {
  return {
    keep: async (place, at, body) => {
      const packed = (await deflate(Buffer.from(json(body)))).toString('base64')
      await db.transaction().execute(async (tx) => {
        await tx
          .insertInto('snapshots')
          .values({ ...place, at: iso(at), body: packed })
          .onConflict((conflict) =>
            conflict.columns(['system', 'component', 'name', 'at']).doUpdateSet({ body: packed }),
          )
          .execute()
        const kept = await tx
          .selectFrom('snapshots')
          .select('at')
          .where('system', '=', place.system)
          .where('component', '=', place.component)
          .where('name', '=', place.name)
          .execute()
        const gone = thinned(
          kept.map((row) => date(row.at)),
          at,
        ).map(iso)
        if (gone.length === 0) return
        await tx
          .deleteFrom('snapshots')
          .where('system', '=', place.system)
          .where('component', '=', place.component)
          .where('name', '=', place.name)
          .where('at', 'in', gone)
          .execute()
      })
    },
    times: async ({ system, component, name }, since) => {
      const rows = await db
        .selectFrom('snapshots')
        .select('at')
        .where('system', '=', system)
        .where('component', '=', component)
        .where('name', '=', name)
        .where('at', '>=', iso(since))
        .orderBy('at')
        .execute()
      return rows.map(({ at }) => date(at))
    },
    read: async ({ system, component, name }, at) => {
      const row = await db
        .selectFrom('snapshots')
        .select('body')
        .where('system', '=', system)
        .where('component', '=', component)
        .where('name', '=', name)
        .where('at', '=', iso(at))
        .executeTakeFirst()
      return row && parsed<JsonValue>((await inflate(Buffer.from(row.body, 'base64'))).toString('utf8'))
    },
  }
}
