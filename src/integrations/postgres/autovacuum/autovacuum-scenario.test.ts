import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Client } from 'pg'
import { aComponent, type KeptSnapshots, testContext } from '../../../../test/support/context.ts'
import { startPostgres } from '../../../../test/support/postgres.ts'
import { checkOf, connect, lookAt, until } from '../../../../test/support/postgres-checks.ts'
import { createFormatter } from '../../../core/formatter.ts'
import { createRenderer, messageMap } from '../../../core/message.ts'
import type { PostgresServer } from '../../../platform/embedded-postgres.ts'
import type { Sample } from '../checks/autovacuum.ts'
import { postgresOptions } from '../options.ts'

const hourMs = 3_600_000
const check = checkOf('postgres-autovacuum')

for (const major of [15, 18]) {
  describe(`autovacuum on PostgreSQL ${major}`, () => {
    let server: PostgresServer
    let client: Client

    before(async () => {
      // It naps so long that none comes in the test.
      server = await startPostgres({ major, settings: { autovacuum_naptime: '1d', max_prepared_transactions: '1' } })
      client = await connect(server.url())
      await client.query(`
        create table kept (id int); insert into kept select generate_series(1, 100);
        create table "Off; --" (id int, body text) with (autovacuum_enabled = false);
        insert into "Off; --" select n from generate_series(1, 1000) n`)
      await until(client, "select 1 from pg_stat_user_tables where relname = 'Off; --' and n_tup_ins = 1000", 30_000)
      await client.query('vacuum (analyze)')
    })
    after(async () => {
      await client.end()
      await server.stop()
    })

    const look = async (snapshots: KeptSnapshots = new Map(), url = server.url()) => {
      const ctx = testContext({ snapshots })
      const options = check.options.parse({})
      try {
        const sample: Sample = await check.probe(aComponent(postgresOptions.parse({ url })), options, ctx)
        const verdict = check.judge(sample, options)
        const renderer = createRenderer(messageMap(check.messages), createFormatter('en'))
        const findings = 'findings' in verdict ? (verdict.findings ?? []) : []
        const texts = findings.flatMap(({ title, remedy }) => [title, ...(remedy ? [remedy] : [])]).map(renderer.render)
        return { verdict, sample, subjects: findings.map(({ subject }) => subject), texts: texts.join('\n') }
      } finally {
        await ctx.close()
      }
    }
    /** An earlier look that saw the same things due, so long ago. */
    const seenBefore = async (ms: number): Promise<KeptSnapshots> => {
      const snapshots: KeptSnapshots = new Map()
      await look(snapshots)
      const [body] = [...(snapshots.get('autovacuum-due')?.values() ?? [])]
      const { due } = body as { due: Record<string, number> }
      const at = Date.now() - ms
      return new Map([
        ['autovacuum-due', new Map([[at, { due: Object.fromEntries(Object.keys(due).map((key) => [key, at])) }]])],
      ])
    }

    it('is not missed by tables that are not due', async () => {
      const { verdict } = await look()
      assert.equal(verdict.status, 'pass')
      assert.ok('saw' in verdict && verdict.saw === 2)
    })

    it('is missed at once where it is off for the table, with the statement that allows it', async () => {
      await client.query('delete from "Off; --" where id <= 600')
      await until(client, "select 1 from pg_stat_user_tables where relname = 'Off; --' and n_dead_tup = 600", 30_000)
      const { subjects, texts } = await lookAt('postgres-autovacuum', server.url())
      assert.deepEqual(subjects, ['public.Off; --'])
      assert.match(texts, /600 rows changed since its last analyze, it comes at 150/)
      assert.match(texts, /ALTER TABLE "public"."Off; --" RESET \(autovacuum_enabled\);/)
      await client.query('alter table "Off; --" reset (autovacuum_enabled)')
      await client.query('vacuum (analyze) "Off; --"')
    })

    it('is missed after a while by a table that passed its own trigger, not at once', async () => {
      await client.query(
        'alter table kept set (autovacuum_vacuum_threshold = 10, autovacuum_vacuum_scale_factor = 0.2, autovacuum_analyze_threshold = 1000)',
      )
      // As if the last vacuum was long ago.
      await client.query("select pg_stat_reset_single_table_counters('kept'::regclass)")
      await client.query('update kept set id = id where id <= 40')
      await until(client, "select 1 from pg_stat_user_tables where relname = 'kept' and n_dead_tup = 40", 30_000)
      const first = await look()
      assert.equal(first.verdict.status, 'pass')
      assert.equal((await look(await seenBefore(0.5 * hourMs))).verdict.status, 'pass')
      const late = await look(await seenBefore(3 * hourMs))
      assert.deepEqual(late.subjects, ['public.kept'])
      assert.match(late.texts, /public.kept waits for autovacuum for 3\u00a0h: 40 dead rows, it comes at 30/)
      assert.match(late.texts, /VACUUM \(ANALYZE\) "public"."kept";/)
      assert.match(late.texts, /Nothing holds it up that can be seen/)
    })

    it('is judged as at the first look where the earlier one cannot be read', async () => {
      const unreadable: KeptSnapshots = new Map([['autovacuum-due', new Map([[Date.now() - hourMs, 'what is this?']])]])
      const { sample, verdict } = await look(unreadable)
      assert.equal(sample.before, undefined)
      assert.ok('reason' in verdict && verdict.reason?.code === 'postgres.autovacuum-first')
    })

    it('names the role that may not see why', async () => {
      await client.query("create role plain login password 'p'")
      const { texts } = await look(await seenBefore(3 * hourMs), server.url('postgres', 'plain', 'p'))
      assert.match(texts, /GRANT pg_monitor TO plain;/)
    })

    it('that is held up names who holds it, with the statement that ends it', async () => {
      const snapshots = await seenBefore(3 * hourMs)
      const { sample } = await look(snapshots)
      const options = check.options.parse({})
      const renderer = createRenderer(messageMap(check.messages), createFormatter('en'))
      for (const [holder, statement] of [
        [{ type: 'session', name: '4711', xids: 9, ageMs: 4 * hourMs }, 'SELECT pg_terminate_backend(4711);'],
        [{ type: 'prepared', name: "it's", xids: 9, ageMs: 4 * hourMs }, "ROLLBACK PREPARED 'it''s';"],
        [{ type: 'slot', name: 'gone', xids: 9, ageMs: null }, "SELECT pg_drop_replication_slot('gone');"],
      ] as const) {
        const verdict = check.judge({ ...sample, holder }, options)
        const [finding] = 'findings' in verdict ? (verdict.findings ?? []) : []
        assert.ok(finding?.remedy && renderer.render(finding.remedy).includes(statement))
      }
    })

    it('that has no free worker, or is at it, says so', async () => {
      const { sample } = await look(await seenBefore(3 * hourMs))
      const options = check.options.parse({})
      const renderer = createRenderer(messageMap(check.messages), createFormatter('en'))
      const remedy = (changed: Sample): string => {
        const verdict = check.judge(changed, options)
        const [finding] = 'findings' in verdict ? (verdict.findings ?? []) : []
        return finding?.remedy === undefined ? '' : renderer.render(finding.remedy)
      }
      assert.ok(sample.server.ok && sample.due.ok)
      const busy = sample.server.rows.map((one) => ({
        ...one,
        workers: 3,
        busyWith: ['autovacuum: VACUUM public.huge'],
      }))
      assert.match(
        remedy({ ...sample, server: { ...sample.server, rows: busy } }),
        /All 3 workers are busy \(autovacuum: VACUUM public.huge\)/,
      )
      const running = sample.due.rows.map((one) => ({ ...one, doneRatio: 0.25 }))
      assert.match(
        remedy({ ...sample, due: { ...sample.due, rows: running } }),
        /A vacuum is at it, 25% done; .* a second at most/,
      )
    })

    it('that is off for the server is one finding with the statement that turns it on', async () => {
      await client.query('alter system set autovacuum = off')
      await client.query('select pg_reload_conf()')
      try {
        await until(client, "select 1 where current_setting('autovacuum') = 'off'", 30_000)
        const { subjects, texts } = await lookAt('postgres-autovacuum', server.url())
        assert.ok(subjects.includes(''))
        assert.match(texts, /ALTER SYSTEM SET autovacuum = on;/)
      } finally {
        await client.query('alter system reset autovacuum')
        await client.query('select pg_reload_conf()')
        await until(client, "select 1 where current_setting('autovacuum') = 'on'", 30_000)
      }
    })
  })
}
