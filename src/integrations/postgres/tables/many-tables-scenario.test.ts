import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { aComponent, type KeptSnapshots, testContext } from '../../../../test/support/context.ts'
import { startPostgres } from '../../../../test/support/postgres.ts'
import { connect } from '../../../../test/support/postgres-checks.ts'
import type { PostgresServer } from '../../../platform/embedded-postgres.ts'
import { autovacuumCheck } from '../checks/autovacuum.ts'
import { bloatCheck } from '../checks/bloat.ts'
import { tableSizesCheck } from '../checks/table-sizes.ts'
import { postgresOptions } from '../options.ts'

const tableCount = 2000

describe(`${tableCount} tables`, () => {
  let server: PostgresServer
  const snapshots: KeptSnapshots = new Map()

  before(async () => {
    server = await startPostgres({ settings: { autovacuum: 'off', max_locks_per_transaction: '10000' } })
    const client = await connect(server.url())
    await client.query(`do $$ begin for n in 1..${tableCount} loop
      execute format('create table t%s (id int primary key, a int) with (autovacuum_enabled = false)', n);
      if n % 2 = 0 then execute format('create index on t%s (a)', n); end if;
      execute format('insert into t%s select g, g from generate_series(1, 60) g', n);
    end loop; end $$`)
    await client.end()
  })
  after(() => server.stop())

  it('are all counted, and kept for the next comparison', async () => {
    const ctx = testContext({ snapshots })
    const component = aComponent(postgresOptions.parse({ url: server.url() }))
    try {
      const verdict = tableSizesCheck.judge(await tableSizesCheck.probe(component, {}, ctx), {})
      assert.ok(verdict.status === 'pass' && verdict.saw === tableCount)
      const [kept] = [...(snapshots.get('table-sizes')?.values() ?? [])]
      assert.equal(Object.keys((kept as { tables: object }).tables).length, tableCount)
    } finally {
      await ctx.close()
    }
  })

  it('that all wait for autovacuum are told by the worst of them, and none of the others is called done', async () => {
    const ctx = testContext({ snapshots })
    const component = aComponent(postgresOptions.parse({ url: server.url() }))
    const options = autovacuumCheck.options.parse({})
    try {
      const verdict = autovacuumCheck.judge(await autovacuumCheck.probe(component, options, ctx), options)
      assert.ok(verdict.status === 'warn' && verdict.saw === tableCount)
      assert.equal(verdict.findings?.length, 51)
      assert.equal(verdict.covers?.length, 51)
    } finally {
      await ctx.close()
    }
  })

  it('are too small to hold empty space worth a rewrite, and that is said of all of them', async () => {
    const ctx = testContext({ snapshots })
    const component = aComponent(postgresOptions.parse({ url: server.url() }))
    const options = bloatCheck.options.parse({})
    try {
      const verdict = bloatCheck.judge(await bloatCheck.probe(component, options, ctx), options)
      assert.ok(verdict.status === 'pass' && verdict.saw === tableCount)
    } finally {
      await ctx.close()
    }
  })
})
