import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Client } from 'pg'
import { startPostgres } from '../../../../test/support/postgres.ts'
import { connect, lookAt, until } from '../../../../test/support/postgres-checks.ts'

describe('connections', () => {
  for (const [major, reserved, usable] of [
    [15, {}, 17],
    [16, { reserved_connections: '10' }, 7],
    [18, { reserved_connections: '10' }, 7],
  ] as const) {
    it(`fail when an ordinary role gets none any more, at ${usable} of 20 on PostgreSQL ${major}`, async () => {
      const settings = { max_connections: '20', superuser_reserved_connections: '3', ...reserved }
      const server = await startPostgres({ major, settings })
      const guests: Client[] = []
      try {
        const admin = await connect(server.url())
        await admin.query("create role guest login password 'guest-word'")
        await admin.end()
        const guest = server.url('postgres', 'guest', 'guest-word')
        const few = await lookAt('postgres-connections', guest)
        assert.ok(few.verdict.status === 'pass')
        assert.equal(few.verdict.measurements?.['usable_connections'], usable)
        const first = await connect(guest)
        guests.push(first)
        await until(first, "select 1 from pg_stat_activity where backend_type = 'client backend' having count(*) = 1")
        for (let taken = 1; taken < usable; taken++) guests.push(await connect(guest))
        await assert.rejects(connect(guest), { code: '53300' })
        const full = await lookAt('postgres-connections', server.url())
        assert.equal(full.verdict.status, 'fail')
        assert.match(full.texts, new RegExp(`of ${usable} connections taken`))
      } finally {
        for (const one of guests) await one.end()
        await server.stop()
      }
    })
  }
})
