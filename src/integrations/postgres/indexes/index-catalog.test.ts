import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { aComponent, type KeptSnapshots, type TestContext, testContext } from '../../../../test/support/context.ts'
import { startPostgres } from '../../../../test/support/postgres.ts'
import { connect } from '../../../../test/support/postgres-checks.ts'
import { postgresDatabase } from '../database.ts'
import { postgresOptions } from '../options.ts'
import { createIndexTask } from '../tasks/create-index.ts'
import { dropIndexTask } from '../tasks/drop-index.ts'
import { recreateIndexTask } from '../tasks/recreate-index.ts'

const schema = `
  create table orders (id int, at date not null) partition by range (at);
  create table orders_2026 partition of orders for values from ('2026-01-01') to ('2027-01-01');
  create table lines (id int primary key, note text);
  create index lines_note_idx on lines (note); create index lines_note_again_idx on lines (note)`

describe('what is asked about indexes, and done with them', () => {
  for (const major of [13, 14, 16, 17]) {
    it(`works on PostgreSQL ${major}`, async () => {
      const server = await startPostgres({ major })
      const client = await connect(server.url())
      const snapshots: KeptSnapshots = new Map()
      const asRun = async <T>(work: (ctx: TestContext) => Promise<T>): Promise<T> => {
        const ctx = testContext({ timeoutMs: 60_000, snapshots })
        try {
          return await work(ctx)
        } finally {
          await ctx.close()
        }
      }
      try {
        await client.query(schema)
        const indexes = { orders_at_idx: { table: 'orders', columns: ['at'] } }
        const component = aComponent(postgresOptions.parse({ url: server.url(), indexes }))
        const act = async (
          task: typeof createIndexTask | typeof dropIndexTask | typeof recreateIndexTask,
          index: string,
        ): Promise<void> => {
          const options = task.options.parse({ index })
          await asRun(async (ctx) => {
            const [action, ...others] = await task.plan(component, options, ctx)
            assert.ok(action !== undefined && others.length === 0)
            assert.equal((await task.execute(action, component, options, ctx)).status, 'done')
          })
        }
        const list = async () => {
          const seen = await asRun(async (ctx) => postgresDatabase(component.options).indexes?.(ctx, {}))
          return seen?.ok === true ? seen.rows : assert.fail('nothing was seen')
        }
        const names = async (): Promise<readonly string[]> => (await list()).map(({ name }) => name).toSorted()
        await act(createIndexTask, 'orders_at_idx')
        const all = [
          'lines_note_again_idx',
          'lines_note_idx',
          'lines_pkey',
          'orders_2026_orders_at_idx',
          'orders_at_idx',
        ]
        assert.deepEqual(await names(), all)
        const { rows } = await client.query('select 1 from pg_index where not indisvalid')
        assert.equal(rows.length, 0)
        const name = (await list()).find(({ advice }) => advice === 'duplicate')?.name ?? ''
        await act(dropIndexTask, name)
        assert.equal((await names()).length, 4)
        await act(recreateIndexTask, name)
        assert.deepEqual(await names(), all)
      } finally {
        await client.end()
        await server.stop()
      }
    })
  }
})
