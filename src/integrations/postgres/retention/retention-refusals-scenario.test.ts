import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type pg from 'pg'
import { testContext } from '../../../../test/support/context.ts'
import { startPostgres } from '../../../../test/support/postgres.ts'
import { connect } from '../../../../test/support/postgres-checks.ts'
import { startStandby } from '../../../../test/support/postgres-standby.ts'
import { countOf, refusalOf, retention, ruleOf } from '../../../../test/support/retention.ts'
import type { PostgresServer } from '../../../platform/embedded-postgres.ts'
import { postgresOptions } from '../options.ts'

for (const major of [15, 18]) {
  describe(`a retention rule that cannot be followed, on PostgreSQL ${major}`, () => {
    let server: PostgresServer
    let client: pg.Client
    before(async () => {
      server = await startPostgres({ major })
      client = await connect(server.url())
      await client.query(`
        create table stock (id int primary key, at timestamptz, note text, n int);
        insert into stock select n, now() - n * interval '1 day', 'x', n from generate_series(1, 100) n;
        create view seen as select * from stock; create materialized view frozen as select * from stock;
        create table keyless (id int, at timestamptz); create table nullable (id int unique, at timestamptz);
        create table deferred (id int unique deferrable, at timestamptz not null);
        create table parts (id int, at timestamptz, primary key (id, at)) partition by range (at);
        create table part1 partition of parts for values from ('2020-01-01') to ('2030-01-01');
        create table mother (id int primary key, at timestamptz); create table daughter () inherits (mother);
        create table ruled (id int primary key, at timestamptz); create rule keep as on delete to ruled do instead nothing;
        create foreign data wrapper nothing; create server far foreign data wrapper nothing;
        create foreign table abroad (id int, at timestamptz) server far;
        create table walled (id int primary key, at timestamptz); alter table walled enable row level security;
        create table two (a int, b int, at timestamptz, primary key (a, b));
        create table other_shape (id bigint, at timestamptz, note text, n int);
        create table own_values (id int, at timestamptz, note text, n int generated always as identity);
        create role reader login password 'x' in role pg_monitor; grant select on stock, walled to reader;
        create role owner login password 'x'; create role writer login password 'x';
        grant all on stock, walled to writer; grant pg_monitor to writer; grant all on stock to owner`)
    })
    after(async () => {
      await client.end()
      await server.stop()
    })
    const rule = { table: 'stock', age: 'at', keep: '30d' }
    const refusal = (
      more: object,
      way: Parameters<typeof ruleOf>[1] = 'delete',
      options: object = {},
    ): Promise<string> => retention(server.url(), { r: ruleOf({ ...rule, ...more }, way) }, options).refusal()

    it('tells why in both languages, with what to do next, and touches nothing', async () => {
      const cases: readonly (readonly [object, RegExp, Parameters<typeof ruleOf>[1]?])[] = [
        [{ table: 'Stock' }, /table Stock: there is no such table/],
        [{ table: 'nowhere.stock' }, /table nowhere\.stock: there is no such table/],
        [{ table: 'stock"; drop table stock; --' }, /there is no such table/],
        [{ table: 'pg_catalog.pg_class', age: 'relname' }, /./],
        [{ table: 'seen' }, /no ordinary table/],
        [{ table: 'frozen' }, /no ordinary table/],
        [{ table: 'abroad' }, /no ordinary table/],
        [{ table: 'part1' }, /a partition of another table/],
        [{ table: 'mother' }, /other tables inherit/],
        [{ table: 'ruled' }, /CREATE RULE/],
        [{ table: 'keyless' }, /no primary key/],
        [{ table: 'nullable' }, /no primary key/],
        [{ table: 'deferred' }, /no primary key/],
        [{ age: 'AT' }, /no such column: AT/],
        [{ age: 'n' }, /no date, timestamp or timestamptz: n integer/],
        [{ table: 'two', hold: ['1'] }, /needs a key of one column: a, b/],
        [{ hold: ['x'] }, /invalid input syntax for type integer/],
        [{ where: 'nothing = 1' }, /does not accept the condition: column "nothing"/],
        [{ where: 'note' }, /does not accept the condition/],
        [{ where: 'true) or (true' }, /does not accept the condition/],
        [{ where: 'true; delete from stock' }, /does not accept the condition/],
        [{ where: 'true; commit; delete from stock; --' }, /does not accept the condition/],
        [{ where: 'true order by 1' }, /does not accept the condition/],
        [{ where: 'true union select 1' }, /does not accept the condition/],
        [{ hold: 'false /*' }, /does not accept the condition/],
        [{}, /another shape: public\.other_shape: id integer/, { archive: 'other_shape' }],
        [{}, /another shape: public\.own_values: n integer/, { archive: 'own_values' }],
        [{}, /the archive is no ordinary table/, { archive: 'seen' }],
        [{}, /the archive is the table itself/, { archive: 'public.stock' }],
      ]
      for (const [more, expected, way] of cases) {
        const told = await refusal(more, way)
        assert.notEqual(told, 'planned', JSON.stringify(more))
        assert.match(told, expected)
      }
      assert.equal(await countOf(client, 'stock'), 100)
    })

    it('as a role that may only read, that row security hides rows from, or that does not see the load', async () => {
      const as = (user: string): object => ({ actingUrl: server.url('postgres', user, 'x') })
      assert.match(await refusal({}, 'delete', as('reader')), /the role may not do what this needs/)
      assert.match(await refusal({ table: 'walled' }, 'delete', as('writer')), /row-level security hides/)
      assert.match(await refusal({}, { archive: 'new.stock' }, as('writer')), /planned/)
      const denied = retention(server.url(), { r: ruleOf(rule, { archive: 'new.stock' }) }, as('writer'))
      assert.match(await refusalOf(denied.run()), /permission denied for database/)
      const blind = retention(server.url(), { r: ruleOf(rule, 'delete') }, as('owner'))
      assert.match(await refusalOf(blind.run()), /may not see how far the replicas are behind/)
      assert.equal(await countOf(client, 'stock'), 100)
    })

    it('with a clock that is ahead, without rules, and with a name that is none', async () => {
      const ahead = { now: () => new Date(Date.now() + 86_400_000), monotonicMs: () => performance.now() }
      const task = retention(server.url(), { r: ruleOf(rule, 'delete') })
      assert.match(await task.refusal(testContext({ clock: ahead })), /our clock is ahead of the server's/)
      assert.match(await retention(server.url(), {}).refusal(), /no retention rule is declared/)
      assert.match(await retention('postgres://x:y@127.0.0.1:1/z', { r: ruleOf(rule, 'delete') }).refusal(), /refused/)
    })
  })
}

describe('the options of a retention rule', () => {
  const parse = (more: object, name = 'r') =>
    postgresOptions.safeParse({
      url: 'postgres://x',
      retention: { [name]: ruleOf({ table: 't', age: 'at', keep: '30d', ...more }, 'delete') },
    }).success
  it('keep at least a day, have a name for files, and know their words', () => {
    assert.ok(parse({}))
    for (const wrong of [{ keep: '23h' }, { keep: 30 }, { batch: 0 }, { hold: [] }, { where: '' }, { other: 1 }])
      assert.equal(parse(wrong), false, JSON.stringify(wrong))
    for (const name of ['../r', '', 'a b', '-r']) assert.equal(parse({}, name), false, name)
  })
})

describe('retention on a standby', () => {
  it('is refused with where the primary is asked for', async () => {
    const primary = await startPostgres({ settings: { wal_level: 'replica' } })
    const standby = await startStandby(primary)
    try {
      const rules = { r: ruleOf({ table: 'stock', age: 'at', keep: '30d' }, 'delete') }
      assert.match(await retention(standby.url(), rules).refusal(), /this server is a standby/)
    } finally {
      await standby.stop()
      await primary.stop()
    }
  })
})
