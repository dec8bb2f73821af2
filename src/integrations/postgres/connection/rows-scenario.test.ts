import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type pg from 'pg'
import { type TestContext, testContext } from '../../../../test/support/context.ts'
import { startPostgres } from '../../../../test/support/postgres.ts'
import { connect } from '../../../../test/support/postgres-checks.ts'
import type { RowsAbility } from '../../../core/data-abilities.ts'
import { VigieError } from '../../../core/errors.ts'
import type { PostgresServer } from '../../../platform/embedded-postgres.ts'
import { postgresOptions } from '../options.ts'
import { postgresRows } from './rows.ts'

for (const major of [15, 18]) {
  describe(`rows of a query of the team, on PostgreSQL ${major}`, () => {
    let server: PostgresServer
    let client: pg.Client
    let rows: RowsAbility
    let ctx: TestContext

    before(async () => {
      server = await startPostgres({ major })
      client = await connect(server.url())
      await client.query(`create table documents (id int primary key, path text);
        insert into documents select n, case when n % 1000 = 0 then null else 'f/' || n end from generate_series(1, 23000) n;
        create role reader login password 'reader'`)
      rows = postgresRows(postgresOptions.parse({ url: server.url() }))
      ctx = testContext()
    })
    after(async () => {
      await ctx?.close()
      await client?.end()
      await server?.stop()
    })

    const read = async (query: string, take = (_: readonly unknown[]): boolean => true, from = rows) => {
      const sizes: number[] = []
      await from.read(ctx, { query, timeLimitMs: 500 }, (values) => {
        sizes.push(values.length)
        return take(values)
      })
      return sizes
    }

    it('come whole, in batches, as text, and as few as are wanted', async () => {
      const seen: unknown[] = []
      const sizes = await read('select path from documents order by id;', (values) => {
        seen.push(...values)
        return true
      })
      assert.deepEqual(sizes, [5000, 5000, 5000, 5000, 3000])
      assert.deepEqual(seen.slice(998, 1001), ['f/999', null, 'f/1001'])
      assert.deepEqual(await read('select id, path from documents -- all of them', () => false), [5000])
      assert.deepEqual(await read('select path from documents where false'), [])
      assert.equal((await client.query(`select 1 from pg_stat_activity where state like 'idle in%'`)).rowCount, 0)
    })

    it('are of one moment, though somebody writes meanwhile', async () => {
      let count = 0
      let written: Promise<unknown> | undefined
      await rows.read(ctx, { query: 'select id from documents', timeLimitMs: 5000 }, (values) => {
        count += values.length
        written ??= client.query('insert into documents select max(id) + 1 from documents')
        return true
      })
      await written
      assert.equal(count, 23_000)
    })

    it('can be asked for one value of several spellings', async () => {
      const question = { query: 'select path from documents', timeLimitMs: 5000 }
      assert.equal(await rows.holds(ctx, question, ['x', 'f/7']), true)
      assert.equal(await rows.holds(ctx, question, ['x', "f/7'; drop table documents; --"]), false)
    })

    it('that cannot be had are a clear refusal, and nothing is changed by a query', async () => {
      const reader = postgresRows(postgresOptions.parse({ url: server.url('postgres', 'reader', 'reader') }))
      const other = testContext()
      try {
        await assert.rejects(
          reader.read(other, { query: 'select path from documents', timeLimitMs: 5000 }, () => true),
          /permission denied/,
        )
      } finally {
        await other.close()
      }
      for (const query of [
        'select path frm documents',
        'select from documents',
        'select path from documents, pg_sleep(30)',
        'select 1; delete from documents',
        'select 1) as x; commit; delete from documents; select (1',
        'delete from documents returning path',
        'with gone as (delete from documents returning path) select path from gone',
      ]) {
        await assert.rejects(read(query), VigieError, query)
        await assert.rejects(rows.holds(ctx, { query, timeLimitMs: 500 }, ['x']), VigieError, query)
      }
      assert.ok(((await client.query('select 1 from documents')).rowCount ?? 0) >= 23_000)
      assert.deepEqual(await read('select 1'), [1])
    })
  })
}
