import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type pg from 'pg'
import { startPostgres } from '../../../../test/support/postgres.ts'
import { connect } from '../../../../test/support/postgres-checks.ts'
import { bothLanguages, countOf, refusalOf, retention, ruleOf } from '../../../../test/support/retention.ts'
import type { PostgresServer } from '../../../platform/embedded-postgres.ts'

for (const major of [15, 18]) {
  describe(`retention on PostgreSQL ${major}`, () => {
    let server: PostgresServer
    let client: pg.Client
    before(async () => {
      server = await startPostgres({ major })
      client = await connect(server.url())
    })
    after(async () => {
      await client.end()
      await server.stop()
    })

    /** 1,000 rows an hour apart, the newest an hour old: 41 to 42 days. */
    const seed = async (table: string, more = ''): Promise<void> => {
      await client.query(`
        drop table if exists ${table} cascade;
        create table ${table} (id bigint generated always as identity primary key, token text not null,
          expires_at timestamptz, data jsonb default '{"a": 1}', amount numeric(12, 2), at timestamp ${more});
        insert into ${table} (token, expires_at, amount, at)
        select 'É"\\,' || n, now() - n * interval '1 hour', n / 7.0, now() from generate_series(1, 1000) n`)
    }
    const older = `expires_at < date_trunc('day', now() at time zone 'UTC' - interval '30 days') at time zone 'UTC'`
    const sessions = ruleOf({ table: 'user_sessions', age: 'expires_at', keep: '30d' }, 'delete')

    it('deletes what is past its time in batches, after a plan that counts and changes nothing', async () => {
      await seed('user_sessions')
      const old = await countOf(client, `user_sessions where ${older}`)
      const { plan, execute } = retention(server.url(), { sessions: { ...sessions, batch: 50 } })
      const [action, ...others] = await plan()
      assert.ok(action)
      assert.deepEqual([others.length, action.effect, action.expected['count']], [0, 'destroy', old])
      assert.ok((action.bytes ?? 0) > old * 30)
      assert.match(bothLanguages(action.summary), new RegExp(`sessions: delete ${old} rows`))
      assert.equal(await countOf(client, 'user_sessions'), 1000)
      assert.deepEqual((await plan())[0]?.expected, action.expected, 'the same plan binds to the same rows')
      const outcome = await execute(action)
      assert.ok(outcome.status === 'done' && outcome.changed)
      assert.ok(Number(outcome.note?.params['batches']) >= Math.ceil(old / 50), 'no batch is larger than the rule says')
      assert.equal(await countOf(client, 'user_sessions'), 1000 - old)
      assert.equal(await countOf(client, `user_sessions where ${older}`), 0)
      assert.deepEqual(await plan(), [], 'the second run has nothing to do')
      const again = await execute(action)
      assert.ok(again.status === 'done' && !again.changed)
    })

    it('moves into an archive that it makes, with a key, nothing lost or changed on the way', async () => {
      await seed('"Ri.des; drop table x; --"')
      const rows = `select * from "Ri.des; drop table x; --" order by id`
      const all = (await client.query(rows)).rows
      const table = { schema: 'public', name: 'Ri.des; drop table x; --' }
      const rides = ruleOf({ ...sessions, table, keep: '10d', batch: 77 }, { archive: 'old "rides.x' })
      const { plan, run } = retention(server.url(), { rides })
      const [action] = await plan()
      assert.equal(action?.effect, 'change')
      assert.match(
        bothLanguages(action?.undo ?? assert.fail('no undo')),
        /INSERT INTO "public"."Ri\.des; drop table x; --"/,
      )
      await run()
      const kept = (await client.query(rows)).rows
      const moved = (await client.query('select * from "old ""rides".x order by id')).rows
      assert.ok(moved.length > 700 && kept.length > 200, `${moved.length} ${kept.length}`)
      assert.deepEqual(
        [...kept, ...moved].toSorted((a, b) => a.id - b.id),
        all,
      )
      await assert.rejects(
        client.query(`insert into "old ""rides".x select * from "old ""rides".x limit 1`),
        /duplicate key/,
      )
      assert.deepEqual(await plan(), [])
    })

    it('leaves what is held, what where does not name, and rows without a time or with an endless one', async () => {
      await seed('user_sessions')
      await client.query(`
        update user_sessions set expires_at = null where id = 900; update user_sessions set expires_at = '-infinity' where id = 901;
        update user_sessions set data = null where id = 902`)
      const held = {
        ...sessions,
        where: `token like 'É%' -- all`,
        hold: `data ->> 'a' = '2' or id between 910 and 919`,
      }
      await retention(server.url(), { held }).run()
      const left = (await client.query<{ id: number }>('select id::int from user_sessions where id > 800 order by id'))
        .rows
      assert.deepEqual(
        left.map(({ id }) => id),
        [900, 901, 902, 910, 911, 912, 913, 914, 915, 916, 917, 918, 919],
      )
      await retention(server.url(), { held: { ...sessions, hold: ['902', 911] } }).run()
      assert.equal(await countOf(client, 'user_sessions where id > 800'), 4)
    })

    it('does nothing when more would go than was planned, or when the rule was changed', async () => {
      await seed('user_sessions')
      const [action] = await retention(server.url(), { sessions }).plan()
      assert.ok(action)
      const other = await retention(server.url(), { sessions: { ...sessions, keep: '2d' } }).execute(action)
      assert.equal(other.status, 'skipped')
      await client.query(`insert into user_sessions (token, expires_at) values ('late', now() - interval '90 days')`)
      assert.equal((await retention(server.url(), { sessions }).execute(action)).status, 'skipped')
      assert.equal(await countOf(client, 'user_sessions'), 1001)
    })

    it('leaves rows that somebody works on for the next run, without waiting', async () => {
      await seed('user_sessions')
      const busy = await connect(server.url())
      try {
        await busy.query('begin; select 1 from user_sessions where id in (990, 991) for update')
        const [outcome] = await retention(server.url(), { sessions }).run()
        assert.ok(outcome?.status === 'done')
        assert.equal(outcome.note?.params['left'], 2)
        assert.match(bothLanguages(outcome.note), /2 are in use/)
      } finally {
        await busy.end()
      }
      await retention(server.url(), { sessions }).run()
      assert.equal(await countOf(client, `user_sessions where ${older}`), 0)
    })

    it('shows what cascades, refuses where a foreign key would, with the list, and touches nothing then', async () => {
      await seed('user_sessions')
      await client.query(`
        drop table if exists clicks, pages;
        create table pages (id int primary key, session bigint references user_sessions on delete cascade);
        create table clicks (id int, page int references pages);
        insert into pages values (1, 990), (2, 5); insert into clicks values (1, 2)`)
      const rules = { sessions }
      const [action] = await retention(server.url(), rules).plan()
      assert.match(bothLanguages(action?.summary ?? assert.fail()), /public\.pages 1 \(pages_session_fkey, cascade\)/)
      const moved = { sessions: ruleOf(sessions, { archive: 'gone_sessions' }) }
      assert.equal((await retention(server.url(), moved).plan())[0]?.effect, 'destroy')
      await client.query('insert into clicks values (2, 1), (3, 1)')
      assert.match(await retention(server.url(), rules).refusal(), /public\.clicks 2 \(clicks_page_fkey\)/)
      assert.equal(await countOf(client, 'user_sessions'), 1000)
      await client.query('delete from clicks where id > 1')
      await retention(server.url(), rules).run()
      assert.deepEqual([await countOf(client, 'pages'), await countOf(client, 'clicks')], [1, 1])
      await client.query(
        'drop table clicks, pages; alter table user_sessions add parent bigint references user_sessions',
      )
      await seed('user_sessions', ', parent bigint references user_sessions')
      await client.query('update user_sessions set parent = 990 where id = 1')
      assert.match(await retention(server.url(), rules).refusal(), /rows of the table itself point/)
    })

    it('names the triggers, and takes a batch back that a trigger keeps or changes', async () => {
      await seed('user_sessions')
      await client.query(`
        create or replace function keep() returns trigger language plpgsql as $$ begin return null; end $$;
        create or replace function change() returns trigger language plpgsql as $$ begin new.token := 'x'; return new; end $$;
        create trigger keeps before delete on user_sessions for each row when (old.id = 995) execute function keep()`)
      const rules = retention(server.url(), { sessions: { ...sessions, batch: 20 } })
      const [action] = await rules.plan()
      assert.match(bothLanguages(action?.summary ?? assert.fail()), /each row fires keeps/)
      assert.match(await refusalOf(rules.execute(action ?? assert.fail())), /19 \/ 20|\d+ \/ \d+/)
      assert.equal(await countOf(client, 'user_sessions where id = 995'), 1)
      await client.query(`drop trigger keeps on user_sessions; drop table if exists kept_sessions;
        create table kept_sessions (like user_sessions);
        create trigger changes before insert on kept_sessions for each row execute function change()`)
      const before = await countOf(client, 'user_sessions')
      const moving = retention(server.url(), { sessions: ruleOf(sessions, { archive: 'kept_sessions' }) })
      assert.match(await refusalOf(moving.run()), /what arrived is not what left/)
      assert.deepEqual([await countOf(client, 'user_sessions'), await countOf(client, 'kept_sessions')], [before, 0])
    })

    it('stops when the time of the rule is over, tells how far it came, and goes on with the next run', async () => {
      await seed('user_sessions')
      const slow = { ...sessions, batch: 10, timeLimit: '1ms' }
      const [outcome] = await retention(server.url(), { slow }).run()
      assert.ok(outcome?.status === 'done' && outcome.note)
      assert.match(bothLanguages(outcome.note), /left for the next run/)
      await retention(server.url(), { slow: { ...slow, timeLimit: '1h' } }).run()
      assert.equal(await countOf(client, `user_sessions where ${older}`), 0)
    })
  })
}
