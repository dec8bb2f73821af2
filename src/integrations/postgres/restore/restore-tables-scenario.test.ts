import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { busyApplication } from '../../../../test/support/busy-application.ts'
import { testContext } from '../../../../test/support/context.ts'
import { startPostgres } from '../../../../test/support/postgres.ts'
import { connect } from '../../../../test/support/postgres-checks.ts'
import { storedDump } from '../../../../test/support/stored-dump.ts'
import type { StoredComponent } from '../../../core/backup.ts'
import { VigieError } from '../../../core/errors.ts'
import type { Action } from '../../../core/task.ts'
import type { PostgresServer } from '../../../platform/embedded-postgres.ts'
import { postgresOptions } from '../options.ts'
import { planTables } from './plan-tables.ts'
import { restoreTables } from './restore-tables.ts'

const schemaSql = `
  create role shop_app login password 'x'; create role shop_owner;
  create schema crm; create type crm.state as enum ('open', 'closed');
  create table customers (id int generated always as identity primary key, name text not null);
  create table policies (
    id bigserial primary key, customer_id int not null references customers(id) on delete cascade,
    number text not null unique, state crm.state not null default 'open', holder jsonb, at point,
    premium numeric(10,2) check (premium > 0), doubled numeric generated always as (premium * 2) stored,
    parent_id bigint references policies(id));
  create table claims (id int primary key, policy_id bigint not null references policies(id), amount int);
  create table notes (id int primary key, policy_id bigint, body text);
  create index policies_state on policies (state) where state = 'open';
  create view open_policies as select id, number from policies where state = 'open';
  create view open_numbers as select number from open_policies;
  create function stamp() returns trigger language plpgsql as $$ begin new.number := upper(new.number); return new; end $$;
  create trigger policies_upper before insert or update on policies for each row execute function stamp();
  alter table policies enable row level security;
  create policy app_open on policies for select to shop_app using (state = 'open');
  grant select, insert on policies to shop_app; grant select on open_policies to shop_app;
  grant update (holder) on policies to shop_app;
  comment on table policies is 'what was sold'; comment on column policies.number is 'as printed';
  create publication all_policies for table policies;
  create table "we ird""; --" ("a ""b" int primary key, "c
d" text);
  insert into "we ird""; --" select n, E'tab\\there\\nline \\\\ é ' || n from generate_series(1, 50) n;
  insert into customers (name) select 'c' || n from generate_series(1, 100) n;
  insert into policies (customer_id, number, state, holder, at, premium, parent_id)
    select 1 + n % 100, 'p' || n, case when n % 3 = 0 then 'closed' else 'open' end::crm.state, jsonb_build_object('n', n),
           point(n, n), n, nullif(n - 1, 0) from generate_series(1, 1000) n;
  insert into claims select n, n, n from generate_series(1, 200) n;
  insert into notes select n, n, 'note ' || n from generate_series(1, 200) n;
  alter table policies owner to shop_owner; alter table claims owner to shop_owner`

for (const major of [15, 18] as const)
  describe(`tables restored on PostgreSQL ${major}`, { timeout: 300_000 }, () => {
    let server: PostgresServer | undefined
    let dump: Awaited<ReturnType<typeof storedDump>> | undefined
    let url = ''
    let number = 0

    before(async () => {
      server = await startPostgres({ major, settings: { wal_level: 'logical' } })
      const admin = await connect(server.url())
      await admin.query('create database origin')
      await admin.end()
      const origin = await connect(server.url('origin'))
      await origin.query(schemaSql)
      await origin.end()
      dump = await storedDump(server.url('origin'), major)
    })
    after(async () => {
      await dump?.remove()
      await server?.stop()
    })

    /** A living database as the backup was made of. */
    async function living(): Promise<Awaited<ReturnType<typeof connect>>> {
      assert.ok(server)
      const admin = await connect(server.url())
      const name = `living_${++number}`
      await admin.query(`create database ${name} template origin`)
      await admin.end()
      url = server.url(name)
      return connect(url)
    }

    async function restore(only: readonly string[], limits = {}): Promise<{ plan: readonly Action[]; note: string }> {
      assert.ok(dump)
      const options = postgresOptions.parse({ url, actingLockTimeout: '300ms', limits })
      const ctx = testContext({ timeoutMs: 120_000 })
      const stored: StoredComponent = dump.stored
      try {
        const plan = await planTables(options, ctx, stored, only)
        const [action] = plan
        assert.ok(action)
        const kept: Action = JSON.parse(JSON.stringify(action))
        const outcome = await restoreTables(options, ctx, stored, kept)
        assert.equal(outcome.status, 'done', JSON.stringify(outcome))
        return { plan, note: outcome.status === 'done' ? JSON.stringify(outcome.note) : '' }
      } finally {
        await ctx.close()
      }
    }

    const definitionSql = `
      select jsonb_build_object(
        'columns', (select jsonb_agg(to_jsonb(a) - 'attrelid' - 'attcacheoff' - 'attstattarget' order by attnum) from pg_attribute a
                    where attrelid = c.oid and attnum > 0 and not attisdropped),
        'constraints', (select jsonb_agg(jsonb_build_array(conname, conrelid::regclass, pg_get_constraintdef(oid), convalidated) order by conname)
                        from pg_constraint where c.oid in (conrelid, confrelid)),
        'indexes', (select jsonb_agg(pg_get_indexdef(indexrelid) order by indexrelid::regclass::text) from pg_index where indrelid = c.oid),
        'triggers', (select jsonb_agg(pg_get_triggerdef(oid) || tgenabled::text order by tgname) from pg_trigger where tgrelid = c.oid and not tgisinternal),
        'policies', (select jsonb_agg(to_jsonb(p)) from pg_policies p where tablename = c.relname),
        'acl', relacl::text, 'owner', relowner::regrole::text, 'security', relrowsecurity, 'comment', obj_description(c.oid),
        'publications', (select jsonb_agg(pubname) from pg_publication_tables where tablename = c.relname),
        'views', (select jsonb_agg(jsonb_build_array(viewname, definition) order by viewname) from pg_views where viewname like 'open_%'),
        'view acl', (select relacl::text from pg_class where relname = 'open_policies'),
        'sequence', (select jsonb_build_array(last_value, is_called, pg_get_serial_sequence('policies', 'id')) from policies_id_seq),
        'sequence acl', (select jsonb_build_array(relacl::text, relowner::regrole::text) from pg_class where relname = 'policies_id_seq'),
        'rows', (select md5(string_agg(p::text, ',' order by id)) from policies p)) as it
      from pg_class c where c.oid = 'policies'::regclass`

    it('replaces the rows of a table that stands, whatever stands on it, and keeps those of before', async () => {
      const client = await living()
      try {
        await client.query('drop table claims')
        const before = (await client.query(definitionSql)).rows[0].it
        await client.query(`
          alter table policies disable trigger policies_upper;
          update policies set number = 'p-was-' || id where id < 10; update policies set number = 'p' || id + 1 where id between 2 and 5;
          delete from policies where id > 900;
          insert into policies (customer_id, number, premium) values (1, 'new', 5);
          alter table policies enable always trigger policies_upper`)
        const { plan, note } = await restore(['public.policies'])
        assert.equal(plan[0]?.effect, 'destroy')
        assert.match(note, /"written":109,"removed":1,/)
        const found = (await client.query(definitionSql)).rows[0].it
        assert.equal(found.rows, before.rows)
        assert.deepEqual({ ...found, sequence: 0, triggers: 0 }, { ...before, sequence: 0, triggers: 0 })
        assert.match(found.triggers[0], /A$/)
        assert.equal(found.sequence[0], 1001)
        const kept = await client.query('select count(*)::int as n from vigie_before.policies_before_20261121_0204')
        assert.equal(kept.rows[0].n, 901)
        const again = await restore(['policies'])
        assert.match(again.note, /"written":0,"removed":0/)
        assert.match(JSON.stringify(again.plan), /policies_before_20261121_0204_2/)
      } finally {
        await client.end()
      }
    })

    it('merges rows into a table that others refer to, and removes none of theirs', async () => {
      const client = await living()
      try {
        await client.query(`
          update policies set premium = premium + 1 where id < 10; delete from policies where id > 900;
          insert into policies (customer_id, number, premium) values (1, 'new', 5);
          insert into claims select 1000, max(id), 1 from policies`)
        const { plan, note } = await restore(['policies'])
        assert.match(JSON.stringify(plan[0]?.summary), /"way":"merge","by":"public.claims"/)
        assert.match(note, /"written":109,"removed":0/)
        const { rows } = await client.query(
          'select count(*)::int as n, count(*) filter (where premium = id)::int as same, (select count(*)::int from claims) as claims from policies',
        )
        assert.deepEqual(rows, [{ n: 1001, same: 1000, claims: 201 }])
      } finally {
        await client.end()
      }
    })

    it('keeps the values of columns that came since, and lets sequences go on after the rows', async () => {
      const client = await living()
      try {
        await client.query(`
          drop table claims; alter table policies add seen text; update policies set seen = 'yes';
          alter table customers add seen text; update customers set seen = 'yes', name = name || '!' where id < 50;
          update policies set premium = 1 where id < 100; alter table notes add seen text; alter table notes drop constraint notes_pkey`)
        await restore(['policies'])
        const { rows } = await client.query(
          "select count(*) filter (where seen = 'yes' and premium = id)::int as n from policies",
        )
        assert.deepEqual(rows, [{ n: 1000 }])
        await restore(['customers'])
        const after = await client.query(
          "select count(*) filter (where seen = 'yes' and name = 'c' || id)::int as n from customers",
        )
        assert.deepEqual(after.rows, [{ n: 49 }])
        await assert.rejects(restore(['notes']), {
          text: {
            code: 'postgres.restore-table-refused',
            params: { table: 'public.notes', why: 'added', detail: 'seen' },
          },
        })
        await client.query('alter table policies drop column seen; truncate policies restart identity')
        await restore(['policies'])
        const next = await client.query(
          "insert into policies (customer_id, number, premium) values (1, 'next', 1) returning id::int as id",
        )
        assert.deepEqual(next.rows, [{ id: 1001 }])
      } finally {
        await client.end()
      }
    })

    it('waits for a lock without holding readers up, and changes nothing when it never comes', async () => {
      const client = await living()
      const other = await connect(url)
      try {
        await client.query('delete from notes')
        await other.query('begin; lock table notes in row exclusive mode')
        await assert.rejects(restore(['notes'], { patience: '2s' }), (error) => {
          assert.ok(error instanceof VigieError)
          assert.equal(error.text.params['why'], 'lock')
          return true
        })
        const { rows } = await client.query(
          "select 1 from pg_class where relname like 'notes%' union all select 1 from notes",
        )
        assert.equal(rows.length, 2)
        const waiting = restore(['notes'])
        await client.query('select pg_sleep(1)')
        await other.query('rollback')
        assert.match((await waiting).note, /"written":200/)
      } finally {
        await other.end()
        await client.end()
      }
    })

    it('brings back rows whose partner is gone, and leaves that key unchecked for them alone', async () => {
      const client = await living()
      try {
        await client.query('drop table policies cascade; delete from customers where id = 7')
        const { note } = await restore(['policies'])
        assert.match(note, /"unchecked":\["public.policies.policies_customer_id_fkey"\]/)
        await assert.rejects(
          client.query("insert into policies (customer_id, number, premium) values (7, 'x', 1)"),
          /foreign key/,
        )
      } finally {
        await client.end()
      }
    })

    it('takes hostile names and texts as they are, dropped or standing', async () => {
      const client = await living()
      const name = '"we ird""; --"'
      const sql = `select md5(string_agg(t::text, ',' order by t::text)) as it from ${name} t`
      try {
        const before = (await client.query(sql)).rows
        await client.query(`delete from ${name} where "a ""b" > 10`)
        await restore(['we ird"; --'])
        assert.deepEqual((await client.query(sql)).rows, before)
        await client.query(`drop table ${name}`)
        await restore(['public.we ird"; --'])
        assert.deepEqual((await client.query(sql)).rows, before)
      } finally {
        await client.end()
      }
    })

    it('restores several tables in one transaction, those that are gone and those that stand', async () => {
      const client = await living()
      try {
        await client.query('drop table policies cascade; delete from customers; drop schema crm cascade')
        const { note } = await restore(['policies', 'customers', 'claims'])
        assert.doesNotMatch(note, /"unchecked":\["/)
        const { rows } = await client.query(
          'select (select count(*)::int from policies) as p, (select count(*)::int from customers) as c, (select count(*)::int from pg_constraint where contype = $1) as f',
          ['f'],
        )
        assert.deepEqual(rows, [{ p: 1000, c: 100, f: 3 }])
      } finally {
        await client.end()
      }
    })

    it('refuses before anything is touched, each by its own reason', async () => {
      const client = await living()
      const why = async (only: string, sql: string): Promise<string> => {
        await client.query(`begin; ${sql}; commit`)
        return restore([only]).then(
          () => 'done',
          (error: unknown) => {
            if (!(error instanceof VigieError)) throw error
            assert.ok(error.hint)
            return `${error.text.code} ${error.text.params['why'] ?? ''} ${JSON.stringify(error.hint.params)}`
          },
        )
      }
      try {
        assert.match(await why('polices', 'select 1'), /no-table .*"names":"public.policies/)
        assert.match(await why('notes', 'alter table notes rename body to text'), /refused columns/)
        assert.match(await why('claims', 'create rule no as on delete to claims do instead nothing'), /refused rules/)
        assert.match(
          await why('customers', 'drop table customers cascade; create view customers as select 1'),
          /refused kind/,
        )
        assert.match(
          await why(
            'policies',
            'alter table policies drop constraint policies_pkey cascade; alter table policies add unique (id); alter table claims add foreign key (policy_id) references policies (id)',
          ),
          /refused no-key/,
        )
      } finally {
        await client.end()
      }
    })

    it('changes nothing when the dump is cut, or holds other rows than were counted', async () => {
      const client = await living()
      assert.ok(dump)
      const whole = dump
      try {
        await client.query('drop table policies cascade; delete from notes')
        const [part] = whole.stored.parts
        assert.ok(part)
        const cut = async function* (): AsyncGenerator<Uint8Array> {
          let left = part.bytes - 2000
          for await (const piece of part.read()) {
            yield piece.subarray(0, Math.max(0, left))
            left -= piece.length
          }
        }
        const tables = JSON.parse(
          JSON.stringify(part.facts['tables']).replace('"policies","rows":1000', '"policies","rows":1001'),
        )
        for (const [bad, code] of [
          [{ ...part, read: cut }, 'truncated'],
          [{ ...part, facts: { ...part.facts, tables } }, 'assertion'],
        ] as const) {
          dump = { ...whole, stored: { ...whole.stored, parts: [bad] } }
          await assert.rejects(restore(['policies', 'we ird"; --']), { failure: code })
        }
        const { rows } = await client.query("select to_regclass('policies') as p, to_regnamespace('vigie_before') as n")
        assert.deepEqual(rows, [{ p: null, n: null }])
      } finally {
        dump = whole
        await client.end()
      }
    })

    it('brings a dropped table back whole while an application goes on', async () => {
      const client = await living()
      try {
        const before = (await client.query(definitionSql)).rows[0].it
        await client.query('drop table policies cascade')
        const app = await busyApplication(
          url,
          "with one as (insert into customers (name) values ('new')) insert into notes select max(id) + 1, 1 from notes",
          'select * from policies order by id limit 1',
        )
        await app.until(() => app.missed > 0 && app.written > 0)
        const { plan, note } = await restore(['policies'])
        const failed = app.missed
        await app.until(() => app.found > 3)
        await app.end()
        assert.equal(app.failed, 0, app.why)
        assert.ok(failed > 0)
        assert.equal(plan[0]?.effect, 'change')
        assert.deepEqual((await client.query(definitionSql)).rows[0].it, before)
        assert.doesNotMatch(note, /"unchecked":\["/)
        assert.doesNotMatch(note, /"refused":\["/)
        const { rows } = await client.query("select 1 from pg_namespace where nspname like 'vigie%'")
        assert.equal(rows.length, 0)
      } finally {
        await client.end()
      }
    })
  })
