import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type pg from 'pg'
import { aComponent, testContext } from '../../../../test/support/context.ts'
import { startPostgres } from '../../../../test/support/postgres.ts'
import { connect, until } from '../../../../test/support/postgres-checks.ts'
import { VigieError } from '../../../core/errors.ts'
import type { ActionOutcome } from '../../../core/task.ts'
import type { PostgresServer } from '../../../platform/embedded-postgres.ts'
import { postgresOptions } from '../options.ts'
import { createIndexTask } from '../tasks/create-index.ts'

const hostile = '"; drop table orders; --'
const limitMs = 60_000

const schema = `
  create table customers (id int primary key, email text);
  create table orders (id int primary key, customer_id int references customers, at date not null, state text, note text,
    "Total; --" numeric);
  insert into customers select n, 'C' || n from generate_series(1, 100) n;
  insert into orders select n, n % 100 + 1, '2026-01-01'::date + n % 300, 'open', repeat('x', 400), n
    from generate_series(1, 25000) n;
  create table parted (id int, at date not null, note text) partition by range (at);
  create table parted_a partition of parted for values from ('2026-01-01') to ('2027-01-01');
  create table parted_b partition of parted for values from ('2027-01-01') to ('2028-01-01') partition by list (note);
  create table "parted_b; --" partition of parted_b default;
  insert into parted select n, '2026-01-01'::date + n % 700, 'n' || n from generate_series(1, 2000) n;
  create view shown as select * from orders;
  analyze`

const indexes = {
  orders_at_idx: { table: 'orders', columns: ['at'] },
  orders_state_at_idx: { table: 'orders', columns: ['state', { column: 'at', order: 'desc', nulls: 'last' }] },
  orders_open_idx: {
    table: 'orders',
    columns: ['at'],
    where: "state = 'open' -- only these",
    include: ['customer_id'],
  },
  [hostile]: { table: 'orders', columns: [{ expression: 'lower(note)' }, 'Total; --'] },
  parted_at_idx: { table: 'parted', columns: ['at'] },
  customers_email_idx: { table: 'customers', columns: ['email'], unique: true },
}

for (const major of [15, 18]) {
  describe(`an index that is created on PostgreSQL ${major}`, () => {
    let server: PostgresServer
    let client: pg.Client
    before(async () => {
      server = await startPostgres({ major })
      client = await connect(server.url())
      await client.query(schema)
    })
    after(async () => {
      await client.end()
      await server.stop()
    })

    const act = async (
      index: string,
      options: object = {},
      meanwhile?: () => Promise<void>,
    ): Promise<readonly ActionOutcome[]> => {
      const ctx = testContext({ timeoutMs: limitMs })
      try {
        const component = aComponent(postgresOptions.parse({ url: server.url(), indexes, ...options }))
        const chosen = createIndexTask.options.parse({ index })
        const outcomes: ActionOutcome[] = []
        for (const action of await createIndexTask.plan(component, chosen, ctx)) {
          const [outcome] = await Promise.all([createIndexTask.execute(action, component, chosen, ctx), meanwhile?.()])
          outcomes.push(outcome)
        }
        return outcomes
      } finally {
        await ctx.close()
      }
    }
    const ddl = async (name: string): Promise<string | undefined> => {
      const { rows } = await client.query<{ ddl: string }>(
        'select pg_get_indexdef(c.oid) as ddl from pg_class c join pg_index i on i.indexrelid = c.oid where c.relname = $1 and i.indisvalid',
        [name],
      )
      return rows[0]?.ddl
    }
    const invalid = async (): Promise<readonly string[]> =>
      (
        await client.query<{ name: string }>(
          'select indexrelid::regclass::text as name from pg_index where not indisvalid',
        )
      ).rows.map(({ name }) => name)
    const refusal = async (work: Promise<unknown>): Promise<string> => {
      try {
        await work
      } catch (error) {
        assert.ok(error instanceof VigieError, String(error))
        assert.ok(error.hint)
        return `${error.code} ${String(error.text.params['why'])}`
      }
      return assert.fail('it was not refused')
    }

    it('[C15] is simple, composite or partial, from the config or the advice, while others write, and what a failed attempt left is cleaned', async () => {
      // A build that failed under the same name.
      await assert.rejects(client.query('create unique index concurrently orders_at_idx on orders (at)'))
      assert.deepEqual(await invalid(), ['orders_at_idx'])

      const writer = await connect(server.url(), 'app')
      await writer.query("set lock_timeout = '1s'")
      const [outcome] = await act('orders_at_idx', {}, async () => {
        for (let n = 0; n < 20; n++)
          await writer.query("insert into orders select max(id) + 1, 1, '2026-01-01' from orders")
      })
      await writer.end()
      assert.equal(outcome?.status, 'done')
      assert.match(
        (await ddl('orders_at_idx')) ?? '',
        /^CREATE INDEX orders_at_idx ON public.orders USING btree \(at\)$/,
      )
      assert.deepEqual(await invalid(), [])

      for (const name of ['orders_state_at_idx', 'orders_open_idx', hostile, 'orders_customer_id_idx'])
        assert.equal((await act(name))[0]?.status, 'done', name)
      assert.match((await ddl('orders_state_at_idx')) ?? '', /\(state, at DESC NULLS LAST\)$/)
      assert.match(
        (await ddl('orders_open_idx')) ?? '',
        /\(at\) INCLUDE \(customer_id\) WHERE \(state = 'open'::text\)$/,
      )
      assert.match((await ddl(hostile)) ?? '', /\(lower\(note\), "Total; --"\)$/)
      assert.match((await ddl('orders_customer_id_idx')) ?? '', /\(customer_id\)$/)
      assert.equal((await client.query("select 1 from pg_class where relname = 'orders'")).rows.length, 1)
    })

    it('that is there already is left alone, and all that the config declares and lacks is made at once', async () => {
      assert.equal(await refusal(act('orders_at_idx')), 'action-refused is-there')
      assert.equal((await act('')).length, 2)
      assert.deepEqual(await act(''), [])
    })

    it('of a partitioned table is built on each partition and put together, also after a stop in the middle', async () => {
      await client.query('drop index parted_at_idx; create index parted_at_idx on only parted (at)')
      assert.deepEqual(await invalid(), ['parted_at_idx'])
      assert.equal((await act('parted_at_idx'))[0]?.status, 'done')
      assert.deepEqual(await invalid(), [])
      const { rows } = await client.query("select relid::text from pg_partition_tree('parted_at_idx') where isleaf")
      assert.equal(rows.length, 2)
    })

    it('that breaks what is unique leaves nothing behind', async () => {
      await client.query("drop index customers_email_idx; insert into customers values (1001, 'C1')")
      assert.equal(await refusal(act('customers_email_idx')), 'action-refused violated')
      assert.deepEqual(await invalid(), [])
    })

    it('leaves nothing behind when it is cut or canceled in the middle, or waits too long for an old transaction', async () => {
      await client.query('drop index orders_at_idx')
      const holder = await connect(server.url(), 'app')
      const building = "select 1 from pg_index where indexrelid = to_regclass('orders_at_idx') and not indisvalid"
      const own = "from pg_stat_activity where application_name = 'vigie' and query ilike"
      const stop = (how: string) => async (): Promise<void> => {
        await until(client, building, limitMs)
        if (how !== '') await client.query(`select ${how}(pid) ${own} 'create index%'`)
        // What waits for the old transaction waits in the clean-up too.
        await until(client, `select 1 ${own} 'drop index%'`, limitMs)
        await holder.query('rollback')
      }
      for (const [how, why, patience] of [
        ['pg_terminate_backend', 'cut', '5m'],
        ['pg_cancel_backend', 'canceled', '5m'],
        ['', 'lock', '1s'],
      ] as const) {
        await holder.query("begin; insert into orders values (100001, 1, '2026-01-01')")
        const refused = refusal(act('orders_at_idx', { limits: { patience } }, stop(how)))
        assert.equal(await refused, `action-refused ${why}`)
        await until(client, 'select 1 where not exists (select 1 from pg_index where not indisvalid)', limitMs)
        assert.equal(await ddl('orders_at_idx'), undefined)
      }
      await holder.end()
      assert.equal((await act('orders_at_idx'))[0]?.status, 'done')
    })

    it('that somebody else builds under the same name is left to them', async () => {
      await client.query('drop index if exists orders_at_idx')
      const [holder, other] = [await connect(server.url(), 'app'), await connect(server.url(), 'other')]
      try {
        await holder.query("begin; insert into orders values (100002, 1, '2026-01-01')")
        const built = other.query('create index concurrently orders_at_idx on orders (at)')
        built.catch(() => undefined)
        const begun = "select 1 from pg_index where indexrelid = to_regclass('orders_at_idx') and not indisvalid"
        await until(client, begun, limitMs)
        assert.equal(await refusal(act('orders_at_idx', { limits: { patience: '1s' } })), 'action-refused building')
        await holder.query('rollback')
        await built
        assert.match((await ddl('orders_at_idx')) ?? '', /\(at\)$/)
      } finally {
        await holder.end()
        await other.end()
      }
    })

    it('never waits without end for a lock, though there is no patience for room', async () => {
      await client.query('drop index orders_at_idx')
      const holder = await connect(server.url(), 'app')
      try {
        await holder.query('begin; lock table orders in share update exclusive mode')
        const limits = { limits: { patience: 0 }, actingLockTimeout: '200ms' }
        assert.equal(await refusal(act('orders_at_idx', limits)), 'action-refused lock')
      } finally {
        await holder.end()
      }
      assert.equal((await act('orders_at_idx'))[0]?.status, 'done')
    })

    it('is refused before anything is touched when its table, column, expression or name is not as it must be', async () => {
      const refused = async (spec: object): Promise<string> =>
        (await refusal(act('x', { indexes: { x: spec } }))).replace('action-refused ', '')
      assert.equal(await refused({ table: 'Orders', columns: ['at'] }), 'no-table')
      assert.equal(await refused({ table: 'orders', columns: ['At'] }), 'no-column')
      assert.equal(await refused({ table: 'shown', columns: ['at'] }), 'not-a-table')
      assert.equal(await refused({ schema: 'pg_catalog', table: 'pg_class', columns: ['relname'] }), 'no-table')
      assert.equal(
        await refused({ table: 'orders', columns: [{ expression: 'note); drop table orders; --' }] }),
        'not-an-expression',
      )
      assert.equal(
        await refused({ table: 'orders', columns: ['at'], where: '1 = 1); drop table orders' }),
        'not-an-expression',
      )
      assert.equal(
        await refusal(act('orders_pkey', { indexes: { orders_pkey: indexes.orders_at_idx } })),
        'action-refused other-there',
      )
      assert.equal(
        await refusal(act('customers', { indexes: { customers: indexes.orders_at_idx } })),
        'action-refused other-there',
      )
      assert.equal(await refusal(act('nobody_knows_it')), 'action-refused unknown')
    })

    it('is refused by PostgreSQL to a role that does not own the table, with what to do', async () => {
      await client.query(
        "create role reader login password 'reader'; grant pg_monitor to reader; grant select on orders to reader; drop index orders_at_idx",
      )
      const url = server.url('postgres', 'reader', 'reader')
      assert.equal(await refusal(act('orders_at_idx', { url })), 'action-refused denied')
      assert.deepEqual(await invalid(), [])
    })
  })
}
