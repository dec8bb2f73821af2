import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { aComponent, testContext } from '../../../../test/support/context.ts'
import { startPostgres } from '../../../../test/support/postgres.ts'
import { connect, until } from '../../../../test/support/postgres-checks.ts'
import { caughtUp, startStandby } from '../../../../test/support/postgres-standby.ts'
import { unusedIndexCheck } from '../checks/unused-index.ts'
import { postgresDatabase } from '../database.ts'
import { postgresOptions } from '../options.ts'

for (const major of [15, 18]) {
  describe(`the replicas of the config on PostgreSQL ${major}`, () => {
    it('are asked: what one reads is used, what none reads is named, and one that does not answer leaves the question open', async () => {
      const primary = await startPostgres({ major, settings: { track_commit_timestamp: 'on' } })
      const client = await connect(primary.url())
      await client.query(`
        create table clients (id int primary key, email text, phone text);
        insert into clients select n, 'c' || n, 'p' || n from generate_series(1, 1000) n;
        create index clients_email_idx on clients (email);
        create index clients_phone_idx on clients (phone); analyze`)
      const standby = await startStandby(primary)
      const other = await startPostgres({ major })
      try {
        await caughtUp(primary, standby)
        const reader = await connect(standby.url())
        await reader.query('set enable_seqscan = off; set enable_bitmapscan = off')
        await reader.query("select count(*) from clients where email = 'c7'")
        await until(
          reader,
          "select 1 from pg_stat_user_indexes where indexrelname = 'clients_email_idx' and idx_scan > 0",
          30_000,
        )
        await reader.end()
        const look = async (replicas: readonly string[], minStatisticsAge: string | number = '1ms') => {
          const ctx = testContext()
          try {
            const component = aComponent(postgresOptions.parse({ url: primary.url(), replicas }))
            const options = unusedIndexCheck.options.parse({ minStatisticsAge })
            const verdict = unusedIndexCheck.judge(await unusedIndexCheck.probe(component, options, ctx), options)
            const findings = 'findings' in verdict ? (verdict.findings ?? []) : []
            const checks = { 'unused-index': { minStatisticsAge: 1 } }
            const seen = await postgresDatabase(component.options).indexes?.(ctx, checks)
            assert.ok(seen?.ok)
            return {
              status: verdict.status,
              reason: verdict.reason?.code,
              subjects: findings.map(({ subject, severity }) => `${severity} ${subject}`).toSorted(),
              listed: seen.rows.filter(({ advice }) => advice === 'unused').map(({ name }) => name),
              notes: seen.notes.map(({ code }) => code),
            }
          } finally {
            await ctx.close()
          }
        }
        const asked = await look([standby.url()])
        assert.deepEqual(asked.subjects, ['medium public.clients_phone_idx'])
        assert.deepEqual([asked.listed, asked.notes], [['clients_phone_idx'], []])

        const unasked = await look([])
        assert.deepEqual(unasked.subjects, ['low public.clients_email_idx', 'low public.clients_phone_idx'])
        assert.deepEqual(unasked.notes, ['postgres.advice-replicas'])

        for (const [replicas, reason] of [
          [['postgres://nobody@127.0.0.1:1/postgres'], 'postgres.replica-not-asked'],
          [[standby.url(), 'postgres://nobody@127.0.0.1:1/postgres'], 'postgres.replica-not-asked'],
          [[other.url()], 'postgres.no-replica-of-ours'],
          [[primary.url()], 'postgres.no-replica-of-ours'],
        ] as const) {
          const { status, reason: told, listed } = await look(replicas)
          assert.deepEqual([status, told, listed], ['error', reason, []])
        }
      } finally {
        await client.end()
        await standby.stop()
        await other.stop()
        await primary.stop()
      }
    })
  })
}
