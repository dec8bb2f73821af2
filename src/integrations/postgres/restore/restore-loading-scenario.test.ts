import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { testContext } from '../../../../test/support/context.ts'
import { postgresPrograms, startPostgres } from '../../../../test/support/postgres.ts'
import { connect, until } from '../../../../test/support/postgres-checks.ts'
import { storedDump } from '../../../../test/support/stored-dump.ts'
import { BackupError, type StoredComponent, type StoredPart } from '../../../core/backup.ts'
import { VigieError } from '../../../core/errors.ts'
import { message } from '../../../core/message.ts'
import type { PostgresServer } from '../../../platform/embedded-postgres.ts'
import { postgresOptions } from '../options.ts'
import { planPostgresRestore, restorePostgres } from './postgres-restore.ts'

const limitMs = 60_000
/** Some megabytes: more than one session takes by itself. */
const manyRows = 60_000

const originSql = `
  create table big (id int generated always as identity primary key, text text, made text generated always as (md5(text)) stored);
  insert into big (text) select case n % 7 when 0 then E'\\\\.' when 1 then E'a\\tb\\nc\\rd\\\\' when 2 then null when 3 then ''
    when 4 then '\\N' when 5 then 'é漢😀' || n else repeat('x', n % 300) end from generate_series(1, ${manyRows}) n;
  create index on big (text) where id % 2 = 0; create unique index on big (lower(made), id);
  create table long (id int primary key, text text, bytes bytea);
  insert into long select n, repeat(chr(65 + n), n * 200000), decode(repeat('0a5c', n * 50000), 'hex') from generate_series(1, 9) n;
  create table "o""d\nd" ("a ""\nb" text); insert into "o""d\nd" values (E'\\n'), (E'\\\\.'), ('');
  create table nothing (); create table empty (id int primary key references big);
  create table parts (at int, what text) partition by range (at);
  create table parts_1 partition of parts for values from (0) to (500); create table parts_2 partition of parts default;
  insert into parts select n, 'p' || n from generate_series(1, 1000) n; alter table parts add primary key (at);
  create table parents (id int primary key, checked int check (checked > 0)); create table children (more text) inherits (parents);
  insert into parents values (1, 1); insert into children select n, n, 'c' from generate_series(2, 2000) n;
  create sequence counter start 5 increment -3 minvalue -1000 maxvalue 5; select nextval('counter'), nextval('counter');
  create function touch() returns trigger language plpgsql as $$ begin raise 'rows of a restore fire no trigger'; end $$;
  create trigger stop before insert on children for each row execute function touch();
  create rule hide as on insert to parents do instead nothing;
  alter table big enable row level security; alter table big force row level security; create policy none on big using (false);
  create materialized view sums as select at % 10 as ten, count(*) from parts group by 1; create view seen as select * from sums;
  comment on table big is 'it''s big'; comment on index parts_pkey is 'key'; analyze`

const rowsSql = `
  select relname as name, (xpath('/row/it/text()', query_to_xml(format(
    'select md5(coalesce(string_agg(t::text, ''|'' order by t::text collate "C"), '''')) || count(*) as it from only %s t', c.oid::regclass), false, true, '')))[1]::text as it
  from pg_class c where relnamespace = 'public'::regnamespace and relkind in ('r', 'm') order by 1`
const objectsSql = `
  select pg_get_indexdef(indexrelid) as it from pg_index i join pg_class c on c.oid = indrelid where relnamespace = 'public'::regnamespace
  union all select conrelid::regclass || pg_get_constraintdef(oid) || convalidated::text from pg_constraint where connamespace = 'public'::regnamespace
  union all select tgrelid::regclass || pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
  union all select sequencename || coalesce(last_value::text, 'none') || increment_by::text from pg_sequences
  union all select polname || polrelid::regclass from pg_policy union all select rulename || definition from pg_rules where schemaname = 'public'
  union all select description from pg_description where classoid = 'pg_class'::regclass and objoid > 16384
  union all select relname || relrowsecurity::text || relkind::text from pg_class where relnamespace = 'public'::regnamespace order by 1`

for (const major of [15, 18] as const)
  describe(`rows that a restore loads itself, on PostgreSQL ${major}`, { timeout: 300_000 }, () => {
    let server: PostgresServer | undefined
    let admin: Awaited<ReturnType<typeof connect>> | undefined
    let dump: Awaited<ReturnType<typeof storedDump>> | undefined
    let [bin, dataDir] = ['', '']

    before(async () => {
      dataDir = await mkdtemp(join(tmpdir(), 'vigie-restore-loading-'))
      bin = await postgresPrograms(major)
      server = await startPostgres({ major })
      admin = await connect(server.url())
      await admin.query('create database origin')
      const origin = await connect(server.url('origin'))
      await origin.query(originSql)
      await origin.end()
      dump = await storedDump(server.url('origin'), major)
    })
    after(async () => {
      await dump?.remove()
      await admin?.end()
      await server?.stop()
      await rm(dataDir, { recursive: true, force: true })
    })

    async function restore(stored: StoredComponent, database: string, to: string): Promise<string> {
      assert.ok(server)
      const options = postgresOptions.parse({ url: server.url(database), backup: { bin } })
      const ctx = testContext({ timeoutMs: 120_000, dataDir })
      try {
        const [action] = await planPostgresRestore(options)(ctx, stored, { over: false, only: [], to })
        assert.ok(action)
        return JSON.stringify(await restorePostgres(options)(ctx, stored, action))
      } catch (error) {
        if (!(error instanceof VigieError)) throw error
        return `${'failure' in error ? String(error.failure) : error.code} ${JSON.stringify(error.text)}`
      } finally {
        await ctx.close()
      }
    }

    const all = async (database: string, sql: string): Promise<readonly unknown[]> => {
      assert.ok(server)
      const client = await connect(server.url(database))
      return (await client.query(sql).finally(() => client.end())).rows
    }
    const leftBehind = async (): Promise<readonly unknown[]> => [
      ...((await admin?.query("select datname from pg_database where datname ~ '^vigie|^never'"))?.rows ?? []),
      ...(await readdir(join(dataDir, 'scratch'))),
    ]
    /** The dump, whose reading of the rows goes through this; the first is of what is in it. */
    const readBy = (change: (part: StoredPart) => AsyncIterable<Uint8Array>): StoredComponent => {
      const [part] = dump?.stored.parts ?? []
      assert.ok(dump && part)
      let reads = 0
      return { ...dump.stored, parts: [{ ...part, read: () => (reads++ < 2 ? part.read() : change(part)) }] }
    }

    it('come back as they were, with all that stands on them', async () => {
      assert.ok(dump)
      assert.match(await restore(dump.stored, 'origin', 'copy'), /"status":"done".*"rows":63012,"uncounted":0/)
      assert.deepEqual(await all('copy', rowsSql), await all('origin', rowsSql))
      assert.deepEqual(await all('copy', objectsSql), await all('origin', objectsSql))
      assert.deepEqual(await leftBehind(), [])
    })

    it('are not kept when the dump turns out to be wrong at its very end', async () => {
      const text = message('test.wrong', { en: () => 'wrong', fr: () => 'faux' })
      const stored = readBy(async function* (part) {
        yield* part.read()
        throw new BackupError('checksum', text({}))
      })
      assert.match(await restore(stored, 'origin', 'never'), /^checksum /)
      const longer = readBy(async function* (part) {
        yield* part.read()
        yield Buffer.from('more')
      })
      assert.match(await restore(longer, 'origin', 'never'), /^truncated /)
      assert.deepEqual(await leftBehind(), [])
    })

    it('are not kept when a session that loads them is ended', async () => {
      const stored = readBy(async function* (part) {
        let pieces = 0
        for await (const piece of part.read()) {
          if (pieces++ === 10) {
            assert.ok(admin)
            const loading = "from pg_stat_activity where application_name = 'vigie' and query ~ '^COPY public.big'"
            await until(admin, `select 1 ${loading}`, limitMs)
            await admin.query(`select pg_terminate_backend(pid) ${loading}`)
          }
          yield piece
        }
      })
      assert.match(await restore(stored, 'origin', 'never'), /^unreachable .*"why":"cut"/)
      assert.deepEqual(await leftBehind(), [])
    })

    it('that PostgreSQL refuses are told by their table, and nothing stays', async () => {
      assert.ok(server && admin)
      await admin.query('create database asking')
      const asking = await connect(server.url('asking'))
      await asking.query(`
        create function is_at_home(int) returns bool language sql as $$ select current_database() = 'asking' $$;
        create table a_asks (id int check (is_at_home(id))); insert into a_asks values (1)`)
      await asking.end()
      const refused = await storedDump(server.url('asking'), major)
      try {
        assert.match(await restore(refused.stored, 'asking', 'never'), /^assertion .*rows-refused.*public.a_asks/)
        assert.deepEqual(await leftBehind(), [])
      } finally {
        await refused.remove()
      }
    })

    it('stand beside large objects: then pg_restore loads all, from a file that there must be room for', async () => {
      assert.ok(server && admin)
      await admin.query('create database objects')
      const objects = await connect(server.url('objects'))
      await objects.query("create table t (o oid); insert into t select lo_from_bytea(0, 'large')")
      await objects.end()
      const made = await storedDump(server.url('objects'), major)
      try {
        const [part] = made.stored.parts
        assert.ok(part)
        const huge = { ...made.stored, parts: [{ ...part, bytes: 1e17 }] }
        assert.match(await restore(huge, 'objects', 'never'), /^no-space .*vigie-restore-loading/)
        assert.match(await restore(made.stored, 'objects', 'objects_copy'), /"status":"done"/)
        const sql = "select convert_from(lo_get(o), 'UTF8') as it from t"
        assert.deepEqual(await all('objects_copy', sql), [{ it: 'large' }])
        assert.deepEqual(await leftBehind(), [])
      } finally {
        await made.remove()
      }
    })
  })
