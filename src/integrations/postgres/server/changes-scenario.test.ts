import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Client } from 'pg'
import { aComponent, type KeptSnapshots, testContext } from '../../../../test/support/context.ts'
import { startPostgres } from '../../../../test/support/postgres.ts'
import { checkOf, connect, until } from '../../../../test/support/postgres-checks.ts'
import { createFormatter } from '../../../core/formatter.ts'
import { createRenderer, locales, messageMap } from '../../../core/message.ts'
import type { PostgresServer } from '../../../platform/embedded-postgres.ts'
import { postgresOptions } from '../options.ts'

const start = Date.parse('2026-03-01T07:30:00Z')
const hourMs = 3_600_000

for (const major of [13, 15, 18]) {
  describe(`settings, roles and privileges of PostgreSQL ${major}`, () => {
    let server: PostgresServer
    let admin: Client
    const look = async (hours: number, kept: KeptSnapshots, url = server.url()) => {
      const check = checkOf('postgres-changes')
      const clock = { now: () => new Date(start + hours * hourMs), monotonicMs: () => performance.now() }
      const ctx = testContext({ snapshots: kept, clock })
      try {
        const verdict = check.judge(await check.probe(aComponent(postgresOptions.parse({ url })), {}, ctx), {})
        const findings = 'findings' in verdict ? (verdict.findings ?? []) : []
        const texts = locales.flatMap((locale) => {
          const renderer = createRenderer(messageMap(check.messages), createFormatter(locale))
          return findings.flatMap(({ title, remedy }) =>
            [title, ...(remedy === undefined ? [] : [remedy])].map((one) => renderer.render(one)),
          )
        })
        const told = findings.map(({ subject, severity }) => `${severity} ${subject}`)
        return {
          verdict,
          told,
          texts: texts.join('\n'),
          kept: JSON.stringify([...(kept.get('postgres-arrangement')?.values() ?? [])]),
        }
      } finally {
        await ctx.close()
      }
    }
    before(async () => {
      server = await startPostgres({ major })
      admin = await connect(server.url())
      await admin.query(`create role app login password 'app-word'; create role plain login password 'plain-word';
        create schema shop; create table shop."Stock; drop table x" (id int, price int);
        grant select on shop."Stock; drop table x" to app`)
    })
    after(async () => {
      await admin.end()
      await server.stop()
    })

    it('that a role may not see are left open, and no change is made up when it may', async () => {
      const kept: KeptSnapshots = new Map()
      const plain = server.url('postgres', 'plain', 'plain-word')
      const blind = await look(0, kept, plain)
      assert.equal(blind.verdict.status, 'error')
      assert.equal('remedy' in blind.verdict && blind.verdict.remedy?.code, 'postgres.grant-monitor')
      await admin.query('grant pg_monitor to plain')
      const seeing = await look(24, kept, plain)
      assert.deepEqual(seeing.told, ['medium member:plain in pg_monitor'])
    })

    it('that a role may not see have no finding closed by one on what it sees', async () => {
      const kept: KeptSnapshots = new Map()
      await admin.query("create role dim login password 'dim-word'")
      const dim = server.url('postgres', 'dim', 'dim-word')
      await look(0, kept, dim)
      await admin.query('create role fresh')
      const { verdict, told } = await look(24, kept, dim)
      assert.deepEqual(told, ['low role:fresh'])
      assert.deepEqual('covers' in verdict && verdict.covers, ['role:fresh'])
      await admin.query('drop role dim; drop role fresh')
    })

    it('are not compared with what is yet to come when the clock was set back', async () => {
      const kept: KeptSnapshots = new Map()
      await look(48, kept)
      const { verdict } = await look(0, kept)
      assert.equal('reason' in verdict && verdict.reason?.code, 'postgres.arrangement-base')
    })

    it('are kept as the base first, then told with before and after for a day, then are the base', async () => {
      const kept: KeptSnapshots = new Map()
      const first = await look(0, kept)
      assert.equal(first.verdict.status, 'pass')
      assert.equal('reason' in first.verdict && first.verdict.reason?.code, 'postgres.arrangement-base')
      assert.equal((await look(1, kept)).verdict.status, 'pass')

      await admin.query(`create role intruder superuser login password 'intruder-word'`)
      await admin.query('alter role app createdb connection limit 5; grant intruder to plain; grant pg_monitor to app')
      await admin.query(`grant update (price), insert on shop."Stock; drop table x" to app with grant option`)
      await admin.query('grant usage on schema shop to public; grant create on database postgres to app')
      await admin.query('alter default privileges in schema shop grant select on tables to app')
      await admin.query(
        `alter role app set work_mem = '8MB'; alter database postgres set "app.jwt_secret" = 's3cret-one'`,
      )
      await admin.query(`drop extension plpgsql`)
      await admin.query(`alter system set work_mem = '16MB'`)
      await admin.query('alter system set full_page_writes = off')
      await admin.query('alter system set max_connections = 60')
      await admin.query(`alter system set archive_command = 'cp --password=s3cret-two'`)
      await admin.query('select pg_reload_conf()')
      await until(admin, "select 1 from pg_settings where name = 'full_page_writes' and reset_val = 'off'", 60_000)
      const pending = (await admin.query('select name from pg_settings where pending_restart')).rows

      const changed = await look(24, kept)
      assert.equal(changed.verdict.status, 'fail')
      assert.deepEqual(changed.told, [
        'high member:plain in intruder',
        'high role:intruder',
        'high setting:full_page_writes',
        'medium grant:schema shop',
        'medium member:app in pg_monitor',
        'low extension:plpgsql',
        'low grant:column shop.Stock; drop table x.price',
        'low grant:database postgres',
        'low grant:default for tables of postgres in schema shop',
        'low grant:table shop.Stock; drop table x',
        'low role:app',
        'low role-setting:app: work_mem',
        'low role-setting:every role in postgres: app.jwt_secret',
        'low setting:archive_command',
        'low setting:work_mem',
        ...pending.map(({ name }) => `low restart:${name}`),
      ])
      for (const line of [
        /role app: LOGIN → LOGIN, CREATEDB, CONNECTION LIMIT 5$/m,
        /role intruder: none or default → LOGIN, SUPERUSER$/m,
        /setting full_page_writes: none or default → off$/m,
        /setting work_mem: none or default → 16384kB$/m,
        /privileges on table shop\.Stock; drop table x: app: SELECT; postgres: .* → app: INSERT\*, SELECT; postgres: /m,
        /setting of every role in postgres: app\.jwt_secret: none or default → not shown$/m,
        /rôle intruder\s: absent ou par défaut → LOGIN, SUPERUSER$/m,
      ])
        assert.match(changed.texts, line)
      assert.doesNotMatch(changed.texts + changed.kept, /s3cret|-word|SCRAM|md5/)

      const before = await look(30, kept)
      assert.deepEqual(before.told, changed.told, 'the base is still that of the day before')
      const after = await look(48, kept)
      assert.deepEqual(
        after.told,
        pending.map(({ name }) => `low restart:${name}`),
      )
      await admin.query(`alter database postgres set "app.jwt_secret" = 's3cret-three'; drop role intruder`)
      const later = await look(72, kept)
      assert.ok(later.told.includes('low role-setting:every role in postgres: app.jwt_secret'))
      assert.ok(later.told.includes('low role:intruder'))
    })
  })
}
