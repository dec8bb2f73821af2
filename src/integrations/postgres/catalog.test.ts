import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { startPostgres } from '../../../test/support/postgres.ts'
import { connect, lookAt } from '../../../test/support/postgres-checks.ts'
import { postgresComponent } from './component.ts'

const schema = `
  create table customers (id int primary key, number bigint generated always as identity, email text not null, bio text);
  create index customers_email_idx on customers (lower(email) text_pattern_ops, id desc) include (bio) where id > 0;
  create index customers_bio_idx on customers using gin (to_tsvector('simple', bio));
  create table "Orders; drop table x" (id int, at date not null, customer int references customers) partition by range (at);
  create table orders_2026 partition of "Orders; drop table x" for values from ('2026-01-01') to ('2027-01-01');
  create index orders_at_idx on "Orders; drop table x" (at);
  create materialized view totals as select count(*) as n from customers;
  insert into customers (id, email, bio) select n, 'c' || n || '@example.test', repeat('x', 20) from generate_series(1, 200) n;
  analyze customers`

const consistency = {
  'without-email': { query: 'select id from customers where email is null' },
  'customers-counted': { query: 'select count(*) from customers', expect: 200 },
  'ids-counted': { counter: 'select id, 1 from customers', source: 'select id, count(*) from customers group by id' },
}

/** What is to be named: indexes that no query has read yet, the end of life of old majors, a default of before 18. */
const others: Readonly<Record<string, (major: number) => readonly string[]>> = {
  'postgres-unused-index': () => ['warn'],
  'postgres-version': () => ['pass', 'warn', 'fail'],
  'postgres-checksums': (major) => [major < 18 ? 'warn' : 'pass'],
  'postgres-archiver': () => ['skipped'],
  'postgres-replication': () => ['skipped'],
  'postgres-statements': () => ['skipped'],
}

/** They want to have counted for a while. */
const youngStatistics: readonly string[] = ['postgres-unused-index', 'postgres-sequential-scans']

describe('every catalog query', () => {
  for (const major of [13, 14, 15, 16, 17, 18]) {
    it(`runs on PostgreSQL ${major} and sees a sound database as sound`, async () => {
      const server = await startPostgres({ major })
      try {
        const client = await connect(server.url())
        await client.query(schema)
        await client.end()
        for (const { kind } of postgresComponent.checks) {
          const options = youngStatistics.includes(kind) ? { minStatisticsAge: 0 } : {}
          const { verdict, texts } = await lookAt(kind, server.url(), options, {}, { consistency })
          const expected = others[kind]?.(major) ?? ['pass']
          assert.ok(expected.includes(verdict.status), `${kind}: ${verdict.status}: ${texts}`)
          if (verdict.status === 'skipped') continue
          assert.ok('saw' in verdict && verdict.saw > 0, `${kind} saw nothing`)
        }
        const { subjects } = await lookAt('postgres-unused-index', server.url(), { minStatisticsAge: 0 })
        assert.deepEqual(subjects, ['public.customers_bio_idx', 'public.customers_email_idx', 'public.orders_at_idx'])
      } finally {
        await server.stop()
      }
    })
  }
})
