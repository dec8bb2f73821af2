import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { aComponent, testContext } from '../../../../test/support/context.ts'
import { startPostgres } from '../../../../test/support/postgres.ts'
import { connect, lookAt } from '../../../../test/support/postgres-checks.ts'
import { postgresOptions } from '../options.ts'
import { foreignKeys, nameForIndex } from './foreign-keys.ts'
import { partName } from './index-build.ts'

const kind = 'postgres-missing-foreign-key-index'
const always = { minBytes: 0 }

// What each table has beside its foreign key, and whether that serves it.
const beside: readonly (readonly [string, boolean])[] = [
  ['', false],
  ['create index on t (a, b)', true],
  ['create index on t (b, a)', true],
  ['create index on t (b, a, c)', true],
  ['create index on t (c, a, b)', false],
  ['create index on t (a)', false],
  ['create index on t (a) include (b)', false],
  ['create unique index on t (b, a)', true],
  ['create index on t (a, b) where c > 1', false],
  ['create index on t (a, b) where a is not null', true],
  ['create index on t (a, b) where a is null', false],
  ['create index on t (a, b) where a is not null and c is not null', false],
  ['create index on t (a, b collate "C")', false],
  ['create index on t (a, b text_pattern_ops)', true],
  ['create index on t using brin (a, b)', false],
  ['create index on t (abs(a), b)', false],
  ["create index on t (a, b); update pg_index set indisvalid = false where indrelid = 't'::regclass", false],
]

describe('a foreign key', () => {
  for (const major of [15, 18]) {
    it(`is served by an index that begins with its columns in any order, and by nothing less, on PostgreSQL ${major}`, async () => {
      const server = await startPostgres({ major })
      const client = await connect(server.url())
      const ctx = testContext()
      try {
        await client.query('create table target (a int, b text, primary key (a, b))')
        for (const [statement, isServed] of beside) {
          await client.query(
            `create table t (id int primary key, a int, b text, c int, foreign key (a, b) references target (a, b)); ${statement}`,
          )
          const keys = await foreignKeys(aComponent(postgresOptions.parse({ url: server.url() })), ctx)
          assert.ok(keys.ok)
          assert.equal(keys.rows[0]?.bareTables, isServed ? 0 : 1, statement)
          await client.query('drop table t')
        }
        const { verdict } = await lookAt(kind, server.url(), always)
        assert.equal(verdict.status, 'pass')

        await client.query(`
          create table "Lines; --" (id int primary key, a int, b text, "C d" int, foreign key (a, b) references target (a, b));
          create table parted (id int, a int, b text, primary key (id, a), foreign key (a, b) references target) partition by list (a);
          create table parted_1 partition of parted for values in (1);
          create table parted_2 partition of parted default;
          create index on parted_1 (a, b)`)
        const named = await lookAt(kind, server.url(), always)
        assert.deepEqual(named.subjects, ['public.Lines; --.Lines; --_a_b_fkey', 'public.parted.parted_a_b_fkey'])
        assert.match(named.texts, /CREATE INDEX CONCURRENTLY "Lines; --_a_b_idx" ON "public"."Lines; --" \("a", "b"\);/)
        await client.query('create index on parted (b, a)')
        assert.deepEqual((await lookAt(kind, server.url(), always)).subjects, ['public.Lines; --.Lines; --_a_b_fkey'])
        assert.deepEqual((await lookAt(kind, server.url())).subjects, [], 'a small table does not matter')
      } finally {
        await ctx.close()
        await client.end()
        await server.stop()
      }
    })
  }
})

describe('the name of an index that is made for somebody', () => {
  it('is one that PostgreSQL does not cut, and differs for what differs', () => {
    const long = 'é'.repeat(31)
    assert.ok(Buffer.byteLength(nameForIndex(long, [long, long])) <= 63)
    assert.equal(nameForIndex('orders', ['customer_id']), 'orders_customer_id_idx')
    assert.equal(partName('orders_2026', 'orders_at_idx'), 'orders_2026_orders_at_idx')
    assert.ok(Buffer.byteLength(partName(long, long)) <= 63)
    assert.notEqual(partName(`${long}a`, long), partName(`${long}b`, long))
  })
})
