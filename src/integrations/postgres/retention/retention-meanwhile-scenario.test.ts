import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type pg from 'pg'
import { testContext } from '../../../../test/support/context.ts'
import { startPostgres } from '../../../../test/support/postgres.ts'
import { connect } from '../../../../test/support/postgres-checks.ts'
import { countOf, type Retention, refusalOf, retention, ruleOf } from '../../../../test/support/retention.ts'
import type { ActionOutcome } from '../../../core/task.ts'
import type { PostgresServer } from '../../../platform/embedded-postgres.ts'

/** Two sessions that work are too many: so a run waits between its look and its first batch. */
const limits = { limits: { activeSessions: 1, patience: '60s' } }

for (const major of [15, 18]) {
  describe(`retention while others work, on PostgreSQL ${major}`, () => {
    let server: PostgresServer
    let client: pg.Client
    let busy: pg.Client[]
    before(async () => {
      server = await startPostgres({ major })
      client = await connect(server.url())
      busy = await Promise.all([1, 2].map(() => connect(server.url())))
    })
    after(async () => {
      for (const one of [client, ...busy]) await one.end()
      await server.stop()
    })

    const seed = (more = ''): Promise<unknown> =>
      client.query(`
        drop table if exists orders, old_orders, lines cascade; drop view if exists named;
        create table orders (id bigint primary key, at timestamptz not null);
        insert into orders select n, now() - n * interval '1 day' from generate_series(1, 100) n; ${more}`)
    const orders = { table: 'orders', age: 'at', keep: '30d' }

    /** Does the first action, and this between its look and its first batch. */
    const meanwhile = async (task: Retention, sql: string): Promise<ActionOutcome> => {
      const [action] = await task.plan()
      await client.query('select pg_advisory_lock(7)')
      const waiting = busy.map((one) => one.query('select pg_advisory_lock_shared(7)'))
      const looked = Promise.withResolvers<void>()
      const record = ({ what }: { readonly what: string }): void => {
        if (what.includes('<insufficient privilege>')) looked.resolve()
      }
      const done = task.execute(action ?? assert.fail('no plan'), testContext({ timeoutMs: 60_000, record }))
      try {
        await Promise.race([looked.promise, done])
        await client.query(sql)
      } finally {
        await client.query('select pg_advisory_unlock(7)')
        await Promise.all(waiting)
        for (const one of busy) await one.query('select pg_advisory_unlock_shared(7)')
      }
      return done
    }

    it('lets no more rows go than the plan counted, whatever others add', async () => {
      await seed()
      const task = retention(server.url(), { orders: ruleOf(orders, 'delete') }, limits)
      const planned = Number((await task.plan())[0]?.expected['count'])
      const outcome = await meanwhile(
        task,
        `insert into orders select n, now() - n * interval '1 day' from generate_series(101, 5000) n`,
      )
      assert.ok(outcome.status === 'done')
      assert.equal(outcome.note?.params['done'], planned)
      assert.equal(await countOf(client, 'orders'), 5000 - planned)
    })

    for (const way of ['cascade', 'set null'])
      it(`takes no row whose foreign key would ${way} a row that came after the look`, async () => {
        await seed(`create table lines (id int, "order" bigint references orders on delete ${way})`)
        const task = retention(server.url(), { orders: ruleOf(orders, { archive: 'old_orders' }) }, limits)
        assert.match(
          await refusalOf(meanwhile(task, 'insert into lines values (1, 90)')),
          /more rows of other tables would go or change than were counted.*lines 1/,
        )
        assert.equal(await countOf(client, 'lines where "order" = 90'), 1)
        assert.equal(await countOf(client, 'orders where id = 90'), 1)
      })

    it('takes with the rows what the plan counted in other tables, over several batches', async () => {
      await seed(`create table lines (id int, "order" bigint references orders on delete cascade);
        insert into lines select n, 31 + n % 60 from generate_series(1, 300) n`)
      const task = retention(server.url(), { orders: ruleOf({ ...orders, batch: 20 }, { archive: 'old_orders' }) })
      const [action] = await task.plan()
      assert.equal(action?.effect, 'destroy')
      await task.execute(action)
      assert.deepEqual([await countOf(client, 'orders'), await countOf(client, 'lines')], [30, 0])
    })

    it('does nothing when a trigger came that the plan did not tell', async () => {
      await seed()
      const task = retention(server.url(), { orders: ruleOf(orders, { archive: 'old_orders' }) })
      const [action] = await task.plan()
      await client.query(`create or replace function gone() returns trigger language plpgsql as 'begin return old; end';
        create trigger told before delete on orders for each row execute function gone()`)
      assert.equal((await task.execute(action ?? assert.fail())).status, 'skipped')
      assert.equal(await countOf(client, 'orders'), 100)
      assert.equal((await task.plan())[0]?.effect, 'destroy', 'what a trigger takes is in no archive')
    })

    it('keeps a row that the archive does not hold when all is over', async () => {
      const task = retention(server.url(), { orders: ruleOf(orders, { archive: 'old_orders' }) })
      const holds = `create table old_orders (like orders)`
      const empties = `create or replace function emptied() returns trigger language plpgsql
        as 'begin delete from old_orders where id = new.id; return null; end'`
      for (const more of [
        // The archive itself points to the table, and goes with its rows.
        `${holds}; alter table old_orders add foreign key (id) references orders on delete cascade`,
        `${holds}; ${empties}; create trigger emptied after insert on old_orders for each row execute function emptied()`,
        `${holds}; ${empties}; create constraint trigger emptied after insert on old_orders deferrable initially deferred
          for each row execute function emptied()`,
      ]) {
        await seed(more)
        assert.notEqual(await refusalOf(task.run()), 'planned')
        assert.equal(await countOf(client, 'orders'), 100)
      }
      await seed(`create unlogged table old_orders (like orders)`)
      assert.match(await task.refusal(), /the archive is unlogged or on another server/)
      await seed(`create table old_orders (like orders) partition by range (id);
        create unlogged table old_part partition of old_orders default`)
      assert.match(await task.refusal(), /the archive is unlogged or on another server/)
      await seed(`create table old_orders (like orders) partition by hash (id);
        create table old_part partition of old_orders for values with (modulus 2, remainder 0);
        create table old_part2 partition of old_orders for values with (modulus 2, remainder 1)`)
      await task.run()
      assert.equal((await countOf(client, 'orders')) + (await countOf(client, 'old_orders')), 100)
    })

    it('drops no other partition that came into the place of one that was to go whole, and names what it ends', async () => {
      const begin = `drop table if exists orders cascade; drop table if exists kept, orders_old;
        create table orders (id bigint, at timestamptz not null, primary key (id, at)) partition by range (at);
        create table orders_old partition of orders for values from ('2000-01-01') to (now() - interval '1 year');
        create table orders_new partition of orders for values from (now() - interval '1 year') to (maxvalue);
        insert into orders select n, now() - n * interval '10 days' from generate_series(1, 100) n`
      for (const extra of ['', '; create table orders_rest partition of orders default']) {
        await seed(begin + extra)
        const task = retention(server.url(), { orders: ruleOf(orders, 'delete') }, limits)
        const exchange = `alter table orders detach partition orders_old; alter table orders_old rename to kept;
          create table orders_old partition of orders for values from ('2000-01-01') to ('2001-01-01')`
        assert.match(await refusalOf(meanwhile(task, exchange)), /is another one now: public\.orders_old/)
        assert.equal((await countOf(client, 'orders')) + (await countOf(client, 'kept')), 100)
        assert.equal(await countOf(client, `pg_class where relname = 'orders_old'`), 1)
      }
      // Marked and detached, as a killed run leaves it: the plan names it, and another rule leaves it alone.
      await seed(begin)
      await client.query(`do $$ begin execute format('comment on table orders_old is %L',
        'vigie drops this partition of ' || 'orders'::regclass::oid || ': it was ' || 'orders_old'::regclass::oid); end $$;
        alter table orders detach partition orders_old`)
      await retention(server.url(), { orders: ruleOf(orders, { archive: 'old_orders' }) }).run()
      assert.ok((await countOf(client, 'orders_old')) > 60)
      const task = retention(server.url(), { orders: ruleOf(orders, 'delete') })
      assert.deepEqual((await task.plan())[0]?.expected['partitions'], ['public.orders_old'])
      await task.run()
      assert.equal(await countOf(client, `pg_class where relname = 'orders_old'`), 0)
    })

    it('calls no function and no operator that somebody made to be called in the place of those of the server', async () => {
      await seed(`drop table if exists named_orders; create table named_orders (code varchar(9) primary key, note text, at timestamptz);
        insert into named_orders select 'o' || n, 'n', now() - n * interval '1 day' from generate_series(1, 100) n;
        create or replace function pg_column_size(text) returns int language plpgsql as 'begin raise exception ''ours''; end';
        create or replace function taken(varchar, varchar) returns bool language plpgsql as 'begin raise exception ''ours''; end';
        drop operator if exists = (varchar, varchar); drop operator if exists <> (varchar, varchar);
        create operator = (leftarg = varchar, rightarg = varchar, function = taken);
        create operator <> (leftarg = varchar, rightarg = varchar, function = taken)`)
      const rule = { ...orders, table: 'named_orders', hold: ['o99'] }
      await retention(server.url(), { orders: ruleOf(rule, 'delete') }).run()
      assert.equal(await countOf(client, 'named_orders'), 31)
    })

    it('sees what points to a single partition, fires on it or names it, and drops no such partition whole', async () => {
      const parts = `drop table if exists orders cascade;
        create table orders (id bigint, at timestamptz not null, primary key (id, at)) partition by range (at);
        create table orders_old partition of orders for values from ('2000-01-01') to (now() - interval '1 year');
        create table orders_new partition of orders for values from (now() - interval '1 year') to (maxvalue);
        insert into orders select n, now() - n * interval '10 days' from generate_series(1, 100) n;`
      const task = retention(server.url(), { orders: ruleOf(orders, 'delete') })
      const old = 'orders_old'
      await seed(parts)
      assert.deepEqual((await task.plan())[0]?.expected['partitions'], ['public.orders_old'])
      await seed(`${parts} create table lines (id bigint, at timestamptz,
        foreign key (id, at) references ${old} on delete cascade); insert into lines select id, at from ${old} limit 3`)
      const [action] = await task.plan()
      assert.deepEqual(action?.expected['partitions'], [])
      assert.deepEqual(action?.expected['also'], ['public.lines 3 (lines_id_at_fkey, cascade)'])
      await seed(`${parts} create or replace function gone() returns trigger language plpgsql as 'begin return old; end';
        create trigger told before delete on ${old} for each row execute function gone()`)
      const [fired] = await task.plan()
      assert.deepEqual([fired?.expected['partitions'], fired?.expected['triggers']], [[], ['told']])
      await seed(`${parts} create view named as select * from ${old}`)
      assert.deepEqual((await task.plan())[0]?.expected['partitions'], [])
      await task.run()
      assert.equal(await countOf(client, 'orders'), 3)
      assert.equal(await countOf(client, `pg_inherits where inhrelid = '${old}'::regclass`), 1)
    })
  })
}
