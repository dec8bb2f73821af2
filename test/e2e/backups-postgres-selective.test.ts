import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { StoredComponent } from '../../src/core/backup.ts'
import { postgresOptions } from '../../src/integrations/postgres/options.ts'
import { planTables } from '../../src/integrations/postgres/restore/plan-tables.ts'
import { restoreTables } from '../../src/integrations/postgres/restore/restore-tables.ts'
import type { PostgresServer } from '../../src/platform/embedded-postgres.ts'
import { busyApplication } from '../support/busy-application.ts'
import { vigie } from '../support/cli.ts'
import { testContext } from '../support/context.ts'
import { postgresPrograms, startPostgres } from '../support/postgres.ts'
import { connect } from '../support/postgres-checks.ts'
import { storedDump } from '../support/stored-dump.ts'

const shopSql = `
  create role shop_app login; create role shop_owner;
  create table customers (id int primary key, name text not null);
  create table invoices (
    id serial primary key, customer_id int not null references customers(id) on delete restrict, number text unique,
    body text, amount numeric(10, 2) check (amount > 0));
  create table payments (id int primary key, customer_id int references customers(id));
  create table journal (id bigserial primary key, what text);
  create view large_invoices as select id, number from invoices where amount > 100;
  create index invoices_amount on invoices (amount) where amount > 100;
  create function upper_number() returns trigger language plpgsql as $$ begin new.number := upper(new.number); return new; end $$;
  create trigger invoices_upper before insert or update on invoices for each row execute function upper_number();
  alter table invoices enable row level security;
  create policy own_invoices on invoices for select to shop_app using (amount < 1000);
  grant select, insert on invoices to shop_app; grant select on large_invoices to shop_app;
  grant update (body) on invoices to shop_app;
  comment on table invoices is 'what was sold';
  insert into customers select n, 'c' || n from generate_series(1, 200) n;
  insert into payments select n, n from generate_series(1, 200) n;
  insert into invoices (customer_id, number, body, amount)
    select 1 + n % 200, 'n' || n, (select string_agg(md5((n * 100 + k)::text), '') from generate_series(1, 6) k), n % 300 + 1
    from generate_series(1, 20000) n;
  alter table invoices owner to shop_owner`

/** All that hangs on the table and must be as it was. */
const belongingsSql = `
  select jsonb_build_object(
    'oid', c.oid, 'columns', (select jsonb_agg(jsonb_build_array(attname, format_type(atttypid, atttypmod), attnotnull, attacl::text) order by attnum)
                              from pg_attribute where attrelid = c.oid and attnum > 0),
    'constraints', (select jsonb_agg(jsonb_build_array(conname, pg_get_constraintdef(oid), convalidated) order by conname)
                    from pg_constraint where c.oid in (conrelid, confrelid)),
    'indexes', (select jsonb_agg(pg_get_indexdef(indexrelid) order by indexrelid::regclass::text) from pg_index where indrelid = c.oid),
    'triggers', (select jsonb_agg(pg_get_triggerdef(oid) || tgenabled::text order by tgname) from pg_trigger where tgrelid = c.oid and not tgisinternal),
    'policies', (select jsonb_agg(to_jsonb(p)) from pg_policies p where tablename = 'invoices'),
    'grants', relacl::text, 'owner', relowner::regrole::text, 'row security', relrowsecurity, 'comment', obj_description(c.oid),
    'view', pg_get_viewdef('large_invoices'::regclass), 'view grants', (select relacl::text from pg_class where relname = 'large_invoices'),
    'sequence', pg_get_serial_sequence('invoices', 'id')) as it
  from pg_class c where c.oid = 'invoices'::regclass`
const rowsSql = "select md5(string_agg(i::text, ',' order by id)) as rows, count(*)::int as count from invoices i"
const spoilSql = `
  update invoices set body = 'by mistake' where id <= 4000; delete from invoices where id > 15000;
  insert into invoices (customer_id, number, amount) values (1, 'since', 7)`

describe('vigie backups restore of a database and of one table of it', { timeout: 600_000 }, () => {
  let server: PostgresServer | undefined
  let client: Awaited<ReturnType<typeof connect>> | undefined
  let dump: Awaited<ReturnType<typeof storedDump>> | undefined
  const dir = mkdtempSync(join(tmpdir(), 'vigie-selective-'))
  const config = ['--config', join(dir, 'vigie.config.json')]
  const ctx = testContext({ timeoutMs: 120_000 })

  before(async () => {
    server = await startPostgres({ major: 18 })
    const admin = await connect(server.url())
    await admin.query('create database shop')
    await admin.end()
    client = await connect(server.url('shop'))
    await client.query(shopSql)
    mkdirSync(join(dir, 'kept'))
    const backup = { bin: await postgresPrograms(18) }
    const system = {
      name: 'Shop',
      components: { db: { kind: 'postgres', url: server.url('shop'), backup } },
      backups: { nightly: { what: ['db'], to: { kind: 'folder', path: join(dir, 'kept') } } },
    }
    writeFileSync(join(dir, 'vigie.config.json'), JSON.stringify(system))
    const made = await vigie(['backups', 'create', ...config])
    assert.equal(made.code, 0, made.stdout + made.stderr)
    dump = await storedDump(server.url('shop'), 18)
  })
  after(async () => {
    await ctx.close()
    await client?.end()
    await dump?.remove()
    await server?.stop()
    rmSync(dir, { recursive: true, force: true })
  })

  const asked = async <Row extends Record<string, unknown>>(sql: string, database = 'shop'): Promise<Row> => {
    assert.ok(server)
    const own = database === 'shop' ? client : await connect(server.url(database))
    try {
      const { rows } = (await own?.query(sql)) ?? { rows: [] }
      return rows[0]
    } finally {
      if (own !== client) await own?.end()
    }
  }
  /** Restores the table from a dump that is read as told, without the program around it. */
  const restoreTable = async (stored: StoredComponent): Promise<string> => {
    const options = postgresOptions.parse({ url: server?.url('shop') ?? '' })
    const [action] = await planTables(options, ctx, stored, ['invoices'])
    assert.ok(action)
    return (await restoreTables(options, ctx, stored, action)).status
  }

  it('[E14] brings the whole back; one table is read into a side table that locks nobody, compared, and exchanged with all that hangs on it', async () => {
    assert.ok(server && client && dump)
    const [before, rows] = [await asked(belongingsSql), await asked(rowsSql)]

    // The whole, beside the living one.
    const whole = await vigie(['backups', 'restore', 'latest', '--to', 'shop_again', '--yes', ...config])
    assert.equal(whole.code, 0, whole.stdout + whole.stderr)
    assert.deepEqual(await asked(rowsSql, 'shop_again'), rows)
    const [{ oid: _, ...again }, { oid, ...living }] = [
      (await asked<{ it: { oid: string } }>(belongingsSql, 'shop_again')).it,
      (before as { it: { oid: string } }).it,
    ]
    assert.deepEqual(again, living)

    // One table, while the application writes to others and reads this one without a single miss.
    await client.query(spoilSql)
    const application = await busyApplication(
      server.url('shop'),
      "with paid as (insert into payments select max(id) + 1, 1 from payments returning 1) insert into journal (what) values ('paid')",
      'select count(*) from large_invoices',
    )
    try {
      await application.until(() => application.written > 2 && application.found > 2)
      const words = ['backups', 'restore', 'latest', '--table', 'invoices', ...config]
      assert.equal((await vigie([...words, '--yes'])).code, 3, 'a table that stands is changed by approval alone')
      const { run } = (await vigie([...words, '--dry-run', '--json'])).json()
      const done = await vigie([...words, '--approve', run.plan])
      assert.equal(done.code, 0, done.stdout + done.stderr)
      const { written } = application
      await application.until(() => application.written > written + 2)
    } finally {
      await application.end()
    }
    assert.deepEqual([application.failed, application.missed], [0, 0], application.why)
    assert.deepEqual(await asked(rowsSql), rows)
    assert.deepEqual(await asked(belongingsSql), before)
    assert.equal((before as { it: { oid: string } }).it.oid, oid)
    assert.deepEqual(await asked("select nextval('invoices_id_seq')::int as next"), { next: 20_002 })
    const lost = 'select count(*)::int as count from payments where id > 200'
    assert.deepEqual(await asked(lost), await asked('select count(*)::int as count from journal'))

    // Nobody is locked while the side table fills: others even rebuild the table meanwhile.
    await client.query(spoilSql.replace('since', 'since again'))
    const watcher = await connect(server.url('shop'))
    const isFilling = 'select count(*)::int as tables from pg_class where relname = $1'
    const locksSql = `
      select c.relname as name, l.mode from pg_locks l join pg_class c on c.oid = l.relation
      where c.relnamespace = 'public'::regnamespace and l.pid <> pg_backend_pid() and c.relkind in ('r', 'i', 'v', 'S')`
    let looks = 0
    const [part] = dump.stored.parts
    assert.ok(part)
    const watched = async function* (): AsyncGenerator<Uint8Array> {
      let bytes = 0
      for await (const piece of part.read()) {
        bytes += piece.length
        if (bytes > part.bytes / 2 && (await watcher.query(isFilling, ['vigie_side_0'])).rows[0].tables === 1) {
          looks++
          assert.deepEqual((await watcher.query(locksSql)).rows, [])
          await watcher.query('begin; lock table invoices in access exclusive mode nowait; commit')
          await watcher.query("update invoices set body = 'meanwhile' where id = 1")
        }
        yield piece
      }
    }
    try {
      assert.equal(await restoreTable({ ...dump.stored, parts: [{ ...part, read: watched }] }), 'done')
    } finally {
      await watcher.end()
    }
    assert.ok(looks > 1, 'it was looked at while the side table filled')
    assert.deepEqual(await asked(rowsSql), rows)
    assert.deepEqual(await asked(belongingsSql), before)

    // A side table that does not hold as many rows as the backup counted is refused: nothing of the living one is touched.
    await client.query(spoilSql.replace('since', 'since then'))
    const spoiled = await asked(rowsSql)
    const kept = "select count(*)::int as tables from pg_class where relnamespace = 'vigie_before'::regnamespace"
    const keptBefore = await asked(kept)
    for (const counted of [19_999, 20_001]) {
      const tables = JSON.parse(
        JSON.stringify(part.facts['tables']).replace('"invoices","rows":20000', `"invoices","rows":${counted}`),
      )
      const wrong = { ...dump.stored, parts: [{ ...part, facts: { ...part.facts, tables } }] }
      await assert.rejects(restoreTable(wrong), { failure: 'assertion' })
    }
    assert.deepEqual(await asked(rowsSql), spoiled)
    assert.deepEqual(await asked(belongingsSql), before)
    assert.deepEqual(await asked(kept), keptBefore)
    const leftSql = "select count(*)::int as tables from pg_class where relname like 'vigie_side%'"
    assert.deepEqual(await asked(leftSql), { tables: 0 })
  })
})
