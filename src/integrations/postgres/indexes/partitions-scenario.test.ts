import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Client } from 'pg'
import { startPostgres } from '../../../../test/support/postgres.ts'
import { connect, lookAt, until } from '../../../../test/support/postgres-checks.ts'
import type { PostgresServer } from '../../../platform/embedded-postgres.ts'

const now = { minStatisticsAge: 0 }

describe('indexes of a partitioned table', () => {
  for (const major of [13, 15, 18]) {
    describe(`on PostgreSQL ${major}`, () => {
      let server: PostgresServer
      let client: Client
      before(async () => {
        server = await startPostgres({ major })
        client = await connect(server.url())
        await client.query(`
          create table part (id int not null, d date not null, e text, g text, primary key (id, d)) partition by range (d);
          create table part_2025 partition of part for values from ('2025-01-01') to ('2026-01-01') partition by range (id);
          create table part_2025_low partition of part_2025 for values from (0) to (500);
          create table part_2025_high partition of part_2025 for values from (500) to (100000);
          create table part_2026 partition of part for values from ('2026-01-01') to ('2027-01-01');
          insert into part select n, date '2025-06-01' + (n % 2) * 365, 'e' || n, 'g' || n from generate_series(1, 2000) n;
          create index part_e on part (e);
          analyze part;
          set enable_seqscan = off; set enable_bitmapscan = off;
          select count(*) from part_2025_low where e = 'e4';
          create index part_unused on part (g);
          create index part_begin on part (d);
          create index part_longer on part (d, e);
          select count(*) from part_2026 where d = '2026-06-01' and e = 'e3';
          create index part_2026_own on part_2026 (upper(e));
          create table bare (id int) partition by range (id);
          create index bare_idx on bare (id);
          create index part_dup on part (e)`)
        await until(client, 'select 1 from pg_stat_user_indexes where idx_scan > 0 having count(*) = 2')
      })
      after(async () => {
        await client.end()
        await server.stop()
      })

      it('are judged by the tree: one that no part of was read is unused, with the size of all parts', async () => {
        const { subjects, findings, texts } = await lookAt('postgres-unused-index', server.url(), now)
        assert.deepEqual(subjects, ['public.part_2026_own', 'public.part_unused'])
        const { rows } = await client.query(`
          select sum(pg_relation_size(relid))::float8 as bytes from pg_partition_tree('part_unused')`)
        const finding = findings.find(({ subject }) => subject === 'public.part_unused')
        assert.equal(finding?.title.params['bytes'], rows[0].bytes)
        assert.match(texts, /CONCURRENTLY is not for partitioned indexes/)
        assert.match(texts, /CONCURRENTLY n'existe pas pour un index partitionné/)
      })

      it('that are there twice, or begin another one, are named by the parent alone', async () => {
        const duplicate = await lookAt('postgres-duplicate-index', server.url())
        assert.deepEqual(duplicate.subjects, ['public.part_dup'])
        const overlapping = await lookAt('postgres-overlapping-index', server.url())
        assert.deepEqual(overlapping.subjects, ['public.part_begin'])
      })

      it('go by the statement given, all parts with them', async () => {
        for (const [kind, options] of [
          ['postgres-duplicate-index', {}] as const,
          ['postgres-unused-index', now] as const,
        ]) {
          const { texts } = await lookAt(kind, server.url(), options)
          for (const [, statement = ''] of texts.matchAll(/(SET lock_timeout = '2s'; DROP INDEX [^;]*;)/g)) {
            await client.query(`begin; ${statement}`)
            const name = /"public"\."(\w+)"/.exec(statement)?.[1]
            const { rows } = await client.query('select relname from pg_class where relname = $1', [name])
            assert.deepEqual(rows, [])
            await client.query('rollback')
          }
          assert.match(texts, /DROP INDEX "public"/)
        }
      })

      it('that lack a part are named with the way to complete them', async () => {
        await client.query('create index part_only on only part (lower(g))')
        const { subjects, findings, texts } = await lookAt('postgres-invalid-index', server.url())
        assert.deepEqual([subjects, findings[0]?.severity], [['public.part_only'], 'low'])
        assert.match(texts, /ALTER INDEX "public"."part_only" ATTACH PARTITION/)
        for (const table of ['part_2026', 'part_2025']) {
          await client.query(`create index ${table}_only on ${table} (lower(g))`)
          await client.query(`alter index part_only attach partition ${table}_only`)
        }
        const { verdict } = await lookAt('postgres-invalid-index', server.url())
        assert.equal(verdict.status, 'pass')
      })
    })
  }
})
