import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type pg from 'pg'
import { startPostgres } from '../../../../test/support/postgres.ts'
import { connect, type Look, lookAt } from '../../../../test/support/postgres-checks.ts'
import type { PostgresServer } from '../../../platform/embedded-postgres.ts'

const schema = `
  create table users (id int primary key, email text, rides_count int);
  create table rides (id int primary key, user_id int);
  create table invoices (id int primary key, "Paid At" timestamptz, number text, amount numeric);
  create function shout() returns int language plpgsql as $$ begin raise exception 'about lea@example.test'; end $$;
  insert into users select n, 'user' || n || '@example.test', case when n <= 3 then 1 else 0 end from generate_series(1, 2000) n;
  insert into rides values (1, 1), (2, 2), (3, 3);
  insert into invoices values (1, now(), 'F-1', 9007199254740993), (2, null, null, null);
  create role reader login password 'reader'`

const paid = { query: 'select id from invoices where "Paid At" is not null and number is null', expect: 'none' }
const rides = {
  counter: 'select id, rides_count from users',
  source: 'select user_id, count(*) from rides group by 1',
}

for (const major of [15, 18]) {
  describe(`the rules that data keep to, on PostgreSQL ${major}`, () => {
    let server: PostgresServer
    let client: pg.Client

    before(async () => {
      server = await startPostgres({ major })
      client = await connect(server.url())
      await client.query(schema)
    })
    after(async () => {
      await client?.end()
      await server?.stop()
    })

    const look = (consistency: unknown, url = server.url(), options: Record<string, unknown> = {}): Promise<Look> =>
      lookAt('postgres-consistency', url, options, {}, { consistency })

    it('[D15] find rows that must not be, a value that is another, and counters that left their source', async () => {
      const rules = { paid, 'users-counted': { query: 'select count(*) from users', expect: 2000 }, rides }
      const sound = await look(rules)
      assert.equal(sound.verdict.status, 'pass', sound.texts)
      assert.ok('saw' in sound.verdict && sound.verdict.saw === 3)
      await client.query(`begin; update users set rides_count = 7 where id in (3, 4); insert into rides values (4, 2001);
        insert into users values (2002, null, null); insert into invoices values (3, now(), null, 1)`)
      try {
        await client.query('commit')
        const { verdict, subjects, texts } = await look(rules)
        assert.equal(verdict.status, 'fail')
        assert.deepEqual(subjects, ['paid', 'rides', 'users-counted'])
        assert.match(texts, /paid: 1 row where there is to be none \(such as 3\)/)
        assert.match(texts, /users-counted: 2001, where 2000 is expected/)
        assert.match(
          texts,
          /rides: of the counters 3 differ from their source and 1 are missing \(such as 2001, 2002, 3, 4\)/,
        )
        assert.match(texts, /parmi les compteurs, 3 diffèrent de leur source et 1 manquent/)
      } finally {
        await client.query(`delete from invoices where id = 3; delete from users where id = 2002;
          delete from rides where id = 4; update users set rides_count = case when id = 3 then 1 else 0 end where id in (3, 4)`)
      }
      assert.equal((await look(rules)).verdict.status, 'pass')
    })

    it('are not held to hold where a policy hides the rows that break them from the role', async () => {
      await client.query(`create table secrets (id int primary key, owner text); insert into secrets values (1, 'lea');
        alter table secrets enable row level security; grant select on secrets to reader`)
      try {
        const secrets = { secrets: { query: 'select id from secrets', expect: 'none' } }
        const { verdict, texts } = await look(secrets, server.url('postgres', 'reader', 'reader'))
        assert.equal(verdict.status, 'error', texts)
        assert.match(texts, /row-level security/)
        assert.match(texts, /BYPASSRLS/)
      } finally {
        await client.query('drop table secrets')
      }
    })

    it('are judged though one of them could not be asked, and that one is named and closes nothing', async () => {
      const broken = {
        syntax: { query: 'select id frm users' },
        gone: { query: 'select id from nowhere' },
        slow: { query: 'select 1 from pg_sleep(60)', timeLimit: '200ms' },
        nothing: { query: 'select from users' },
        'no-row': { query: 'select id from users where id < 0', expect: 1 },
        'two-rows': { query: 'select id from users where id < 3', expect: 1 },
        'no-value': { query: 'select amount from invoices where id = 2', expect: 1 },
        text: { query: 'select number from invoices where id = 1', expect: { min: 0 } },
        doubled: { counter: 'select 1, 2', source: 'select 1, 2 union all select 1, 2' },
        'null-key': { counter: 'select null, 2', source: 'select 1, 2' },
        empty: { counter: 'select 1, 2 where false', source: 'select 1, 2 where false' },
        'one-column': { counter: 'select 1', source: 'select 1, 2' },
        'not-numbers': { counter: "select 1, 'lea@example.test'", source: 'select 1, 2' },
        raises: { query: 'select shout()' },
        writes: { query: 'select 1; delete from users' },
        'leaves-the-transaction': { query: 'select 1) as x; commit; delete from users; select (1' },
      }
      for (const [name, rule] of Object.entries(broken)) {
        const alone = await look({ [name]: rule })
        assert.equal(alone.verdict.status, 'error', `${name}: ${alone.texts}`)
        assert.match(alone.texts, new RegExp(`could not tell of ${name}: ${name}: .+`))
        assert.doesNotMatch(alone.texts + alone.evidence, /lea@example/)
      }
      const { verdict, subjects } = await look({ ...broken, high: { query: 'select id from users', expect: 'none' } })
      assert.equal(verdict.status, 'fail')
      assert.deepEqual(subjects, ['high'])
      assert.deepEqual('covers' in verdict && verdict.covers, ['high'])
      assert.equal((await client.query('select 1 from users')).rowCount, 2000)
    })

    it('compare numbers by all of their digits', async () => {
      const query = 'select amount from invoices where id = 1'
      for (const [expect, status] of [
        ['9007199254740993', 'pass'],
        ['9007199254740993.0', 'pass'],
        ['9007199254740992', 'fail'],
        [{ min: 1 }, 'pass'],
        [{ max: 1 }, 'fail'],
      ] as const) {
        assert.equal((await look({ amount: { query, expect } })).verdict.status, status, JSON.stringify(expect))
      }
      const exact = { counter: 'select 1, 0.1000000000000000000001', source: 'select 1, 0.10' }
      assert.equal((await look({ exact })).verdict.status, 'fail')
      assert.equal((await look({ exact: { ...exact, counter: "select 1, '0.100'" } })).verdict.status, 'pass')
    })

    it('show few keys, and those of people under another name', async () => {
      const many = await look({ many: { query: 'select id from users' } })
      assert.equal(JSON.stringify(many.findings).match(/\d+(?=["\\])/g)?.length, 10)
      for (const query of [
        'select email from users',
        'select id as user_id from users',
        "select 'x' || email from users",
      ]) {
        const { texts, evidence } = await look({ hidden: { query } })
        assert.doesNotMatch(texts + evidence, /@example|such as 1[,)]/)
        assert.match(texts, /such as [0-9a-f]{16}, /)
      }
      const { texts } = await look({ shown: { query: 'select id as user_id from users', pseudonymise: false } })
      assert.match(texts, /such as 1, 10, 100/)
      const secret = await look({ secret: { query: "select id from users where email = 'user7@example.test'" } })
      assert.doesNotMatch(secret.evidence, /user7/)
    })

    it('that a role may not read are could not tell, with what to grant', async () => {
      const { verdict, texts } = await look({ paid }, server.url('postgres', 'reader', 'reader'))
      assert.equal(verdict.status, 'error')
      assert.match(texts, /the role may not read this/)
      assert.match(texts, /GRANT SELECT on the tables/)
    })

    it('of which some are asked say nothing of the others', async () => {
      const rules = { paid, rides }
      const { verdict } = await look(rules, server.url(), { rules: ['rides'] })
      assert.deepEqual(verdict.status === 'pass' && verdict.covers, ['rides'])
      await assert.rejects(look(rules, server.url(), { rules: ['rides', 'nobody'] }), /postgres\.consistency-no-such/)
    })
  })
}
