import { randomBytes } from 'node:crypto'
import { after, before, describe } from 'node:test'
import pg from 'pg'
import type { PostgresServer } from '../../src/platform/embedded-postgres.ts'
import { openStore } from '../../src/store/open.ts'
import { startPostgres } from '../support/postgres.ts'
import type { StorePlace } from './store-place.ts'
import { storePromises } from './store-promises.ts'

for (const major of [15, 18]) {
  describe(`PostgreSQL ${major}`, () => {
    let server: PostgresServer
    before(async () => {
      server = await startPostgres({ major })
    })
    after(() => server.stop())
    storePromises(`PostgreSQL ${major}`, () => postgresPlace(server.url()))
  })
}

async function postgresPlace(url: string): Promise<StorePlace> {
  const schema = `vigie_${randomBytes(6).toString('hex')}`
  const location = { kind: 'postgres', url, schema } as const
  const ask = async (sql: string): Promise<void> => {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    try {
      await client.query(sql)
    } finally {
      await client.end()
    }
  }
  return {
    location,
    open: () => openStore(location),
    tamper: (sql) => ask(`set search_path = ${schema}; ${sql}`),
    remove: () => ask(`drop schema if exists ${schema} cascade`),
  }
}
