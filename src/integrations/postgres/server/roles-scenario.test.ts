import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { testContext } from '../../../../test/support/context.ts'
import { startPostgres } from '../../../../test/support/postgres.ts'
import { connect, lookAt } from '../../../../test/support/postgres-checks.ts'
import { acting } from '../acting/acting.ts'
import { awaitRoom } from '../acting/room-to-act.ts'
import { postgresComponent } from '../component.ts'
import { postgresOptions } from '../options.ts'

const guide = readFileSync(join(import.meta.dirname, '../../../../docs/guide/postgresql.md'), 'utf8')
const section = guide.slice(guide.indexOf('## What a role needs')).split('\n## ')[0] ?? ''
const [watching = '', actingSql = ''] = [...section.matchAll(/^```sql\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code)

/** These want to have counted for days, whoever asks. */
const patient: Readonly<Record<string, object>> = {
  'postgres-unused-index': { minStatisticsAge: 0 },
  'postgres-sequential-scans': { minStatisticsAge: 0 },
}

const consistency = { 'named-stock': { query: 'select id from stock where name is null', expect: 'none' } }

describe('the roles of the guide', () => {
  for (const major of [13, 15, 18]) {
    it(`see all that is asked and may do what is needed, on PostgreSQL ${major}`, async () => {
      const server = await startPostgres({ major, settings: { archive_mode: 'on', archive_command: '/bin/true' } })
      const admin = await connect(server.url())
      try {
        await admin.query("create role shop_owner; create role app login password 'app-word'")
        await admin.query('create database shop owner shop_owner')
        const shop = await connect(server.url('shop'))
        await shop.query('grant create on schema public to shop_owner; set role shop_owner')
        await shop.query(`create table stock (id bigserial primary key, name text);
          insert into stock (name) select 'n' || n from generate_series(1, 1000) n`)
        await shop.query('analyze stock; reset role')
        await shop.query(watching)
        await shop.query(actingSql)
        await shop.query('set role shop_owner; create table later (id bigserial primary key); reset role')

        const guest = await connect(server.url('shop', 'app', 'app-word'))
        const url = server.url('shop', 'vigie_watch', 'choose-one')
        for (const { kind } of postgresComponent.checks) {
          const { verdict, texts } = await lookAt(kind, url, { ...patient[kind] }, {}, { consistency })
          assert.notEqual(verdict.status, 'error', `${kind}: ${texts}`)
        }
        const watcher = await connect(url)
        await assert.rejects(watcher.query("insert into stock (name) values ('x')"), { code: '42501' })
        await watcher.end()

        const options = postgresOptions.parse({ url, actingUrl: server.url('shop', 'vigie_act', 'choose-another') })
        const { rows: sessions } = await guest.query<{ pid: number }>('select pg_backend_pid() as pid')
        const ended = await acting(options, testContext(), async (session) => {
          await awaitRoom(session, options.limits, testContext())
          await session.query('vacuum (analyze) public.stock')
          await session.query('create index concurrently stock_name_idx on public.stock (name)')
          await session.query('delete from public.stock where id = 1')
          return await session.query('select pg_terminate_backend($1) as ended', [sessions[0]?.pid])
        })
        assert.deepEqual(ended.rows, [{ ended: true }])
        const { rows: owners } = await shop.query(
          "select pg_get_userbyid(relowner)::text as owner from pg_class where relname = 'stock_name_idx'",
        )
        assert.deepEqual(owners, [{ owner: 'shop_owner' }])
        await guest.end().catch(() => undefined)
        await shop.end()
      } finally {
        await admin.end()
        await server.stop()
      }
    })
  }
})
