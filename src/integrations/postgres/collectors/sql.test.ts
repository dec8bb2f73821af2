import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { aComponent, testContext } from '../../../../test/support/context.ts'
import { startPostgres } from '../../../../test/support/postgres.ts'
import { connect } from '../../../../test/support/postgres-checks.ts'
import { buildSystem } from '../../../config/build-system.ts'
import type { CollectedPoint } from '../../../core/collector.ts'
import { VigieError } from '../../../core/errors.ts'
import { createFormatter } from '../../../core/formatter.ts'
import { createRenderer, locales, messageMap } from '../../../core/message.ts'
import type { PostgresServer } from '../../../platform/embedded-postgres.ts'
import { openSqliteStore } from '../../../store/open-sqlite.ts'
import { postgresComponent } from '../component.ts'
import { postgresOptions } from '../options.ts'
import { sqlCollector } from './sql.ts'

const people = 30

describe('numbers of the business [C08]', () => {
  let server: PostgresServer
  before(async () => {
    server = await startPostgres()
    const client = await connect(server.url())
    await client.query(`
      create table logins (user_id int not null, email text not null, at timestamptz not null);
      create table documents (template text, author text, bytes bigint not null, at timestamptz not null);
      insert into logins select n, 'p' || n || '@example.org', now() - interval '1 hour' * (n - 1) from generate_series(1, ${people}) n;
      insert into documents select 'T' || n, 'p' || n || '@example.org', n * 1000, now() from generate_series(1, ${people}) n, generate_series(1, n);
    `)
    await client.end()
  })
  after(() => server.stop())

  const collect = async (
    metric: object,
    ownKey?: (name: string) => Promise<string>,
    url = server.url(),
  ): Promise<readonly CollectedPoint[]> => {
    const ctx = testContext(ownKey === undefined ? {} : { ownKey })
    try {
      const component = aComponent(postgresOptions.parse({ url, metrics: { it: metric } }))
      return await sqlCollector.collect(component, {}, ctx, 'it')
    } finally {
      await ctx.close()
    }
  }
  const refused = async (metric: object, code: string, detail: RegExp = /./, url?: string): Promise<void> => {
    await assert.rejects(collect(metric, undefined, url), (error: unknown) => {
      assert.ok(error instanceof VigieError, String(error))
      assert.equal(error.text.code, code)
      assert.match(JSON.stringify(error.text.params), detail)
      for (const locale of locales) {
        const renderer = createRenderer(messageMap(sqlCollector.messages), createFormatter(locale))
        for (const text of [error.text, error.hint])
          if (text) assert.doesNotMatch(renderer.render(text), /undefined|\{"/)
      }
      return true
    })
  }

  test('are a number without labels: the people of a day, a week and a month', async () => {
    const within = (span: string): object => ({
      query: `select count(distinct user_id) from logins where at > now() - interval '${span}';`,
    })
    const one = async (span: string): Promise<unknown> => collect(within(span))
    assert.deepEqual(await one('12 hours 30 minutes'), [{ name: 'it', labels: {}, value: 13 }])
    assert.deepEqual(await one('1 month'), [{ name: 'it', labels: {}, value: people }])
  })

  test('have their labels from the other columns; the highest are told apart, the others are one', async () => {
    const query = 'select template, count(*) as value from documents group by 1 -- by template'
    const points = await collect({ query, top: 2 })
    const rest = ((people - 2) * (people - 1)) / 2
    assert.deepEqual(points, [
      { name: 'it', labels: { template: `T${people}` }, value: people },
      { name: 'it', labels: { template: `T${people - 1}` }, value: people - 1 },
      { name: 'it', labels: { template: 'other' }, value: rest },
    ])
    const highest = await collect({ query, top: 2, other: 'max' })
    assert.equal(highest.at(-1)?.value, people - 2)
    assert.equal((await collect({ query, top: 2, other: 'none' })).length, 2)
  })

  test('of several columns are a series each, decimals and whole numbers alike', async () => {
    const query =
      'select sum(bytes) as bytes, avg(bytes)::numeric(10,2) as "per document", template from documents group by 3'
    const points = await collect({ query, values: ['bytes', 'per document'], top: 1 })
    const names = points.map(({ name, labels, value }) => [name, labels?.['template'], value])
    assert.deepEqual(names[0], ['it_bytes', `T${people}`, people * people * 1000])
    assert.deepEqual(names[2], ['it_per_document', `T${people}`, people * 1000])
  })

  test('name nobody: who it is stays the same from look to look, and cannot be read or guessed', async () => {
    const query = 'select user_id, count(*) as logins from logins group by 1'
    const dir = await mkdtemp(join(tmpdir(), 'vigie-sql-'))
    const store = await openSqliteStore(join(dir, 'a'))
    const other = await openSqliteStore(join(dir, 'b'))
    try {
      const of = (one: typeof store, key: string) => (name: string) =>
        one.ownKeys.getOrMake(name, () => key, new Date(0))
      const first = await collect({ query, top: 100 }, of(store, 'k1'))
      const again = await collect({ query, top: 100 }, of(store, 'k2'))
      const elsewhere = await collect({ query, top: 100 }, of(other, 'k3'))
      const users = (points: readonly CollectedPoint[]): string[] =>
        points.map(({ labels }) => labels?.['user_id'] ?? '')
      assert.equal(new Set(users(first)).size, people)
      for (const user of users(first)) assert.match(user, /^[0-9a-f]{16}$/)
      assert.deepEqual(users(again).toSorted(), users(first).toSorted())
      assert.ok(users(elsewhere).every((user) => !users(first).includes(user)))
    } finally {
      await store.close()
      await other.close()
      await rm(dir, { recursive: true })
    }
  })

  test('hide the columns that the config names, and only those', async () => {
    const query = 'select author, template, count(*) as value from documents group by 1, 2'
    const [hidden] = await collect({ query, top: 1, pseudonymise: ['author'] })
    assert.match(hidden?.labels?.['author'] ?? '', /^[0-9a-f]{16}$/)
    assert.equal(hidden?.labels?.['template'], `T${people}`)
    const [open] = await collect({
      query: 'select email, count(*) as value from logins group by 1',
      pseudonymise: [],
      top: 1,
    })
    assert.match(open?.labels?.['email'] ?? '', /@example\.org$/)
    const [byName] = await collect({ query: 'select email, count(*) as value from logins group by 1', top: 1 })
    assert.match(byName?.labels?.['email'] ?? '', /^[0-9a-f]{16}$/)
  })

  test('are asked for read-only, one statement at a time', async () => {
    const writing = 'with gone as (delete from logins returning 1) select count(*) from gone'
    await refused({ query: writing }, 'postgres.could-not-ask')
    await refused({ query: "select setval(pg_get_serial_sequence('x', 'y'), 1)" }, 'postgres.could-not-ask')
    await refused(
      { query: 'select 1) as x; commit; delete from logins; select * from (select 1' },
      'postgres.could-not-ask',
      /multiple commands/,
    )
    await refused({ query: 'select lo_creat(-1)::int as value' }, 'postgres.could-not-ask', /read-only/)
    assert.deepEqual(await collect({ query: 'select count(*) from logins' }), [
      { name: 'it', labels: {}, value: people },
    ])
  })

  test('are ended by the server when they take longer than they may', async () => {
    await refused(
      { query: 'select 1 as value from pg_sleep(60)', timeLimit: '150ms' },
      'postgres.could-not-ask',
      /statement timeout/,
    )
  })

  test('are refused where they do not say what is the number, or give rows without end', async () => {
    await refused({ query: 'select 1 as a, 2 as b' }, 'postgres.metric-values', /a, b/)
    await refused({ query: "select 'x' as a" }, 'postgres.metric-values')
    await refused({ query: 'select 1 as a', values: ['b'] }, 'postgres.metric-no-column')
    await refused({ query: 'select 1 as a', pseudonymise: ['user'] }, 'postgres.metric-no-column')
    await refused(
      { query: 'select n as value, n::text as label from generate_series(1, 20000) n' },
      'postgres.metric-rows',
    )
    await refused({ query: 'selec 1' }, 'postgres.could-not-ask', /syntax error/)
  })

  test('are never those of the rows alone that a policy lets the role see', async () => {
    const client = await connect(server.url())
    try {
      await client.query(`create role owning login password 'owning'; grant create on schema public to owning;
        create role reading login password 'reading'; set role owning;
        create table orders (id int, region text); insert into orders values (1, 'north'), (2, 'south'), (3, 'south');
        alter table orders enable row level security; alter table orders force row level security;
        create policy north on orders using (region = 'north'); create view shown as select * from orders;
        create function counted() returns bigint language sql as 'select count(*) from orders';
        grant select on orders, shown to reading; reset role`)
      const as = (role: string): string => server.url('postgres', role, role)
      for (const query of [
        'select count(*) from orders',
        'select count(*) from shown',
        'select counted() as value',
        "select count(*) from orders where region = 'north'",
      ]) {
        for (const role of ['reading', 'owning'])
          await refused({ query }, 'postgres.could-not-ask', /denied.*row-level security policy/, as(role))
      }
      // The rows of a view are those that its owner may see, whoever asks.
      await refused({ query: 'select count(*) from shown' }, 'postgres.could-not-ask', /row-level security policy/)
      assert.equal((await collect({ query: 'select counted() as value' }))[0]?.value, 3)
      await client.query('alter role reading bypassrls')
      assert.equal((await collect({ query: 'select count(*) from orders' }, undefined, as('reading')))[0]?.value, 3)
    } finally {
      await client.query('drop owned by owning, reading cascade; drop role owning, reading')
      await client.end()
    }
  })

  test('have no point where there is no number', async () => {
    assert.deepEqual(await collect({ query: 'select sum(bytes) as value from documents where false' }), [])
    assert.deepEqual(await collect({ query: 'select template, bytes as value from documents where false' }), [])
    assert.deepEqual(await collect({ query: "select 'NaN'::float8 as value" }), [])
  })

  test('each have a rhythm and a limit of their own', () => {
    const metrics = {
      a: { query: 'select 1', every: '5m' },
      b: { query: 'select 2', timeLimit: '2s' },
    }
    const db = { kind: 'postgres', url: server.url(), metrics }
    const built = buildSystem({ name: 'S', components: { db } }, '/c.yaml', [postgresComponent])
    assert.ok('system' in built)
    const collectors = [...built.system.collectors.values()].filter(({ kind }) => kind.kind === 'postgres-sql')
    assert.deepEqual(
      collectors.map(({ id, everyMs, timeoutMs }) => [id, everyMs, timeoutMs]),
      [
        ['db/sql/a', 300_000, 40_000],
        ['db/sql/b', 3_600_000, 12_000],
      ],
    )
  })
})
