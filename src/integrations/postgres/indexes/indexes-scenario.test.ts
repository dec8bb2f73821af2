import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startPostgres } from '../../../../test/support/postgres.ts'
import { connect, lookAt, until } from '../../../../test/support/postgres-checks.ts'
import type { PostgresServer } from '../../../platform/embedded-postgres.ts'

const hostile = '"; drop table clients; --'
const quotedHostile = `"${hostile.replaceAll('"', '""')}"`

const tables = `
  create table clients (id int primary key, email text not null unique, phone text, city text, code text not null, span int4range,
    exclude using gist (span with &&));
  create table visits (client int references clients, at timestamptz not null);
  create table parted (id int, at date not null, primary key (id, at)) partition by range (at);
  create table parted_2026 partition of parted for values from ('2026-01-01') to ('2027-01-01');
  create index parted_at_idx on parted (at);
  create table shapes (id int primary key, a text, b text, n int);
  create unique index shapes_order_idx on shapes (a, b desc);
  create unique index shapes_class_idx on shapes (a text_pattern_ops, b);
  create unique index shapes_collation_idx on shapes (a collate "C", b);
  create unique index shapes_expression_idx on shapes (lower(a), upper(b));
  create unique index shapes_swapped_idx on shapes (upper(b), lower(a));
  create unique index shapes_predicate_idx on shapes (lower(a), upper(b)) where n > 1;
  create unique index shapes_other_predicate_idx on shapes (lower(a), upper(b)) where n > 2;
  create unique index shapes_included_idx on shapes (lower(a), upper(b), n) include (a);
  create index shapes_begin_idx on shapes (lower(a));
  create unique index shapes_again_idx on shapes ( lower( a ),   upper( b ) );
  create table mirrored (code text not null);
  create unique index mirrored_code_idx on mirrored (code);
  alter table mirrored replica identity using index mirrored_code_idx;
  insert into clients select n, 'c' || n, 'p' || n, 'city' || n % 5, 'same' from generate_series(1, 5000) n;
  create index clients_city_idx on clients (city);
  create index clients_city_phone_idx on clients (city, phone);
  create index clients_email_again_idx on clients (email);
  create unique index clients_code_id_idx on clients (code, id);
  create index ${quotedHostile} on clients (upper(phone));
  create index "MixedCase" on clients (lower(phone));
  analyze`

const reads = `
  set enable_seqscan = off; set enable_bitmapscan = off;
  select count(*) from clients where city = 'city1' and phone = 'p1';
  create index clients_phone_idx on clients (phone)`

describe('index advice', () => {
  for (const major of [15, 18]) {
    describe(`on PostgreSQL ${major}`, () => {
      let server: PostgresServer
      before(async () => {
        server = await startPostgres({ major })
        const client = await connect(server.url())
        await client.query(tables)
        await client.query(reads)
        await until(
          client,
          "select 1 from pg_stat_user_indexes where indexrelname = 'clients_city_phone_idx' and idx_scan > 0",
        )
        await assert.rejects(client.query('create unique index concurrently clients_code_idx on clients (code)'))
        await client.end()
      })
      after(() => server.stop())

      it('[E05] names unused, duplicate and overlapping indexes with the size to gain, none that backs anything, and none while the statistics are young', async () => {
        const young = await lookAt('postgres-unused-index', server.url())
        assert.equal(young.verdict.status, 'error')
        assert.match(young.texts, /35.d are needed/)
        assert.match(young.texts, /minStatisticsAge/)

        const unused = await lookAt('postgres-unused-index', server.url(), { minStatisticsAge: 0 })
        assert.deepEqual(unused.subjects, [
          `public.${hostile}`,
          'public.MixedCase',
          'public.clients_phone_idx',
          'public.parted_at_idx',
        ])
        assert.match(unused.texts, /clients_phone_idx on clients: [\d.]+\u00a0kB, no scan/)
        assert.ok(
          'measurements' in unused.verdict && (unused.verdict.measurements?.['reclaimable_bytes'] ?? 0) > 3 * 8192,
        )

        const duplicate = await lookAt('postgres-duplicate-index', server.url())
        assert.deepEqual(duplicate.subjects, ['public.clients_email_again_idx', 'public.shapes_expression_idx'])
        assert.match(duplicate.texts, /the same as clients_email_key: [\d.]+\u00a0kB/)

        const overlapping = await lookAt('postgres-overlapping-index', server.url())
        assert.deepEqual(overlapping.subjects, ['public.clients_city_idx', 'public.shapes_begin_idx'])
        assert.match(overlapping.texts, /beginning of clients_city_phone_idx.*[\d.]+\u00a0kB/)
      })

      it('gives statements that drop exactly the index named, hostile names included', async () => {
        const { findings, texts } = await lookAt('postgres-unused-index', server.url(), { minStatisticsAge: 0 })
        const statements = texts.split('\n').filter((line) => line.startsWith('DROP INDEX'))
        assert.ok(statements.length >= findings.length)
        assert.ok(statements.includes(`DROP INDEX CONCURRENTLY "public".${quotedHostile};`))
        const client = await connect(server.url())
        for (const statement of new Set(statements)) {
          // Inside a transaction that is taken back, which CONCURRENTLY cannot be.
          await client.query('begin')
          await client.query(statement.replace('CONCURRENTLY ', ''))
          const { rows } = await client.query("select 1 from pg_class where relname = 'clients'")
          assert.equal(rows.length, 1)
          await client.query('rollback')
        }
        await client.end()
      })

      it('names the index that a failed build left, and nothing else', async () => {
        const { subjects, texts, verdict } = await lookAt('postgres-invalid-index', server.url())
        assert.equal(verdict.status, 'warn')
        assert.deepEqual(subjects, ['public.clients_code_idx'])
        assert.match(texts, /DROP INDEX CONCURRENTLY "public"."clients_code_idx";/)
      })

      it('does not name an index that is being built, not even to a role that may not see who builds it', async () => {
        const [holder, builder] = [await connect(server.url()), await connect(server.url())]
        await holder.query("create role plain login password 'plain-word'")
        await holder.query('begin')
        await holder.query('insert into visits values (1, now())')
        const building = builder.query('create index concurrently visits_at_idx on visits (at)').catch(() => undefined)
        const watcher = await connect(server.url())
        await until(
          watcher,
          "select 1 from pg_index where indexrelid = to_regclass('visits_at_idx') and not indisvalid",
        )
        for (const url of [server.url(), server.url('postgres', 'plain', 'plain-word')]) {
          const { subjects } = await lookAt('postgres-invalid-index', url)
          assert.deepEqual(subjects, ['public.clients_code_idx'])
        }
        await holder.query('rollback')
        await building
        for (const client of [holder, builder, watcher]) await client.end()
      })

      it('cannot tell anything of a database without tables', async () => {
        const client = await connect(server.url())
        await client.query('create database empty')
        await client.end()
        const kinds = ['unused', 'duplicate', 'overlapping', 'invalid'].map((what) => `postgres-${what}-index`)
        for (const kind of [...kinds, 'postgres-vacuum', 'postgres-dead-tuples', 'postgres-table-sizes']) {
          const { verdict } = await lookAt(kind, server.url('empty'))
          assert.equal(verdict.status, 'error', kind)
        }
      })
    })
  }
})
