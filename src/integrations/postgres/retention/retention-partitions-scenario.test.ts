import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type pg from 'pg'
import { startPostgres } from '../../../../test/support/postgres.ts'
import { connect } from '../../../../test/support/postgres-checks.ts'
import { bothLanguages, countOf, retention, ruleOf } from '../../../../test/support/retention.ts'

/** Months of two years ago until next month, each with 30 rows, and one of the cut-off's month; the names are hostile. */
async function seed(client: pg.Client, more = ''): Promise<void> {
  await client.query(`
    drop table if exists "Rides" cascade;
    create table "Rides" (id bigint generated always as identity, at timestamptz not null, note text, length int generated always as (length(note)) stored, primary key (id, at)) partition by range (at);
    do $$ declare n int; first timestamptz; begin
      for n in -12..1 loop
        first := date_trunc('month', now() at time zone 'UTC') at time zone 'UTC' + n * interval '1 month';
        execute format('create table %I partition of "Rides" for values from (%L) to (%L)', 'R"' || n, first, first + interval '1 month');
        insert into "Rides" (at, note) select first + d * interval '20 hours', n from generate_series(0, 29) d;
      end loop;
    end $$; ${more}`)
}
const rides = { table: 'Rides', age: 'at', keep: '180d' }
const partitions = async (client: pg.Client): Promise<number> =>
  countOf(client, `pg_class where relname like 'R"%' and relkind = 'r'`)
const old = `"Rides" where at < date_trunc('day', now() at time zone 'UTC' - interval '180 days') at time zone 'UTC'`

for (const major of [13, 14, 15, 16, 17, 18]) {
  describe(`retention of a partitioned table on PostgreSQL ${major}`, () => {
    it('drops partitions that are wholly past their time, deletes of the mixed one by rows, and keeps a default', async (t) => {
      const server = await startPostgres({ major })
      const client = await connect(server.url())
      t.after(async () => {
        await client.end()
        await server.stop()
      })
      const rules = { rides: ruleOf(rides, 'delete') }
      const task = retention(server.url(), rules)
      const extra = `create table "R_default" partition of "Rides" default; insert into "Rides" (at) values (now() - interval '3 years')`
      for (const more of ['', extra]) {
        await seed(client, more)
        await client.query(`set timezone = 'UTC'`)
        const [all, going] = [await countOf(client, '"Rides"'), await countOf(client, old)]
        const [action] = await task.plan()
        assert.match(bothLanguages(action?.summary ?? assert.fail()), /partitions that go whole: public\.R"-10/)
        const planned = action?.expected['partitions']
        assert.ok(Array.isArray(planned) && planned.length >= 5 && planned.length <= 7, JSON.stringify(planned))
        assert.equal(await partitions(client), 14)
        const outcome = await task.execute(action ?? assert.fail())
        assert.ok(outcome.status === 'done')
        assert.equal(outcome.note?.params['done'], going)
        assert.equal(await partitions(client), 14 - planned.length)
        assert.equal(await countOf(client, '"Rides"'), all - going)
        assert.equal(await countOf(client, old), 0)
        assert.deepEqual(await task.plan(), [])
      }

      // Foreign keys, triggers, hold or where look at each row: then nothing goes whole.
      const whole = async (rule: object): Promise<unknown> =>
        (await retention(server.url(), { rides: ruleOf({ ...rides, ...rule }, 'delete') }).plan())[0]?.expected[
          'partitions'
        ]
      await seed(client)
      assert.deepEqual(await whole({ hold: 'id = 7' }), [])
      assert.deepEqual(await whole({ where: 'true' }), [])
      await client.query('create table tips (ride bigint, at timestamptz, foreign key (ride, at) references "Rides")')
      assert.deepEqual(await whole({}), [])

      // Moved by rows, what is empty then goes, but for one that somebody writes into; the plan tells the way back.
      await seed(client)
      const before = await client.query('select * from "Rides" order by id')
      const going = await countOf(client, old)
      const archiving = retention(server.url(), { rides: ruleOf(rides, { archive: 'archive.rides' }) })
      const [action] = await archiving.plan()
      assert.match(bothLanguages(action?.summary ?? assert.fail()), /partitions dropped once they are empty: public/)
      const planned = action?.expected['partitions']
      assert.ok(action !== undefined && Array.isArray(planned) && planned.length >= 5)
      const writer = await connect(server.url())
      await writer.query(`begin; lock table "R""-12" in row exclusive mode`)
      await archiving.execute(action)
      await writer.query('rollback')
      await writer.end()
      assert.equal(await countOf(client, 'archive.rides'), going)
      assert.equal(await partitions(client), 14 - planned.length + 1)
      const [left] = await archiving.run()
      assert.equal(left?.status, 'done')
      assert.equal(await partitions(client), 14 - planned.length)
      assert.deepEqual(await archiving.plan(), [])
      const undo = action.undo ?? assert.fail()
      await client.query(bothLanguages(undo).split('\n')[0]?.replace('WHERE ...', '') ?? '')
      assert.deepEqual((await client.query('select * from "Rides" order by id')).rows, before.rows)
      assert.equal(await partitions(client), 14)

      // What is not ours to drop is emptied all the same.
      await client.query(`drop table archive.rides; create role mover login password 'mover'; grant create on database postgres to mover;
        grant usage, create on schema archive to mover; grant all on "Rides" to mover; grant pg_monitor to mover`)
      const [moved] = await retention(server.url('postgres', 'mover', 'mover'), {
        rides: ruleOf(rides, { archive: 'archive.rides' }),
      }).run()
      assert.equal(moved?.status, 'done')
      assert.deepEqual([await countOf(client, old), await countOf(client, 'archive.rides')], [0, going])
      assert.equal(await partitions(client), 14)
    })
  })
}

describe('retention of a partitioned table that was killed', () => {
  for (const [what, sql] of [
    ['before the drop', `alter table "Rides" detach partition "R""-12"`],
    ['before the detaching', ''],
  ] as const) {
    it(`${what} ends it with the next run`, async (t) => {
      const server = await startPostgres()
      const client = await connect(server.url())
      t.after(async () => {
        await client.end()
        await server.stop()
      })
      await seed(client)
      await client.query(`do $$ begin execute format('comment on table "R""-12" is %L',
        'vigie drops this partition of ' || '"Rides"'::regclass::oid || ': it was ' || '"R""-12"'::regclass::oid); end $$; ${sql}`)
      const task = retention(server.url(), { rides: ruleOf(rides, 'delete') })
      await task.run()
      assert.equal(await countOf(client, `pg_class where relname = 'R"-12'`), 0)
      assert.equal(await countOf(client, old), 0)
    })
  }

  it('while others read finds the partition half detached, and ends that; what was filled again it leaves alone', async (t) => {
    const server = await startPostgres()
    const [client, reader, detacher] = await Promise.all([1, 2, 3].map(() => connect(server.url())))
    assert.ok(client && reader && detacher)
    t.after(async () => {
      for (const one of [client, reader, detacher]) await one.end()
      await server.stop()
    })
    await seed(client)
    const mark = (name: string) => `do $$ begin execute format('comment on table "${name}" is %L',
      'vigie drops this partition of ' || '"Rides"'::regclass::oid || ': it was ' || '"${name}"'::regclass::oid); end $$`
    await client.query(mark('R""-12'))
    await reader.query('begin; select count(*) from "Rides"')
    await detacher.query(`set statement_timeout = '1s'`)
    await assert.rejects(detacher.query('alter table "Rides" detach partition "R""-12" concurrently'))
    await reader.query('commit')
    await client.query('alter table "Rides" detach partition "R""-11"')
    await client.query(mark('R""-11'))
    await client.query('insert into "R""-11" values (1000000, now())')
    await retention(server.url(), { rides: ruleOf(rides, 'delete') }).run()
    assert.equal(await countOf(client, `pg_class where relname = 'R"-12'`), 0)
    assert.equal(await countOf(client, '"R""-11"'), 31)
    assert.equal(await countOf(client, old), 0)
  })
})
