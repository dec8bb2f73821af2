import assert from 'node:assert/strict'
import { test } from 'node:test'
import pg from 'pg'
import { startPostgres } from '../support/postgres.ts'

test('two servers that tests start are two to Vigie, though one was made once for both', async () => {
  const servers = await Promise.all([startPostgres({ major: 15 }), startPostgres({ major: 15 })])
  try {
    const seen = await Promise.all(
      servers.map(async (server) => {
        const client = new pg.Client(server.url())
        await client.connect()
        const { rows } = await client.query('select system_identifier::text as system from pg_control_system()')
        await client.query('create table kept (id int); insert into kept values (1); checkpoint')
        await client.end()
        return rows[0]?.system
      }),
    )
    assert.match(seen[0], /^-?\d+$/)
    assert.notEqual(seen[0], seen[1])
  } finally {
    await Promise.all(servers.map((server) => server.stop()))
  }
})
