import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { startPostgres } from '../../../../test/support/postgres.ts'
import { connect, until } from '../../../../test/support/postgres-checks.ts'
import { startStandby } from '../../../../test/support/postgres-standby.ts'
import { loaded, looker, rowsOf, times, told } from '../../../../test/support/statements.ts'

const dayMs = 86_400_000
/** Twelve shapes; each sleeps for its own time. */
const slow = (ms: number, shape: number): string =>
  `select ${'1, '.repeat(shape)}pg_sleep(${ms / 1000}), 'anna@example.test'`

describe('the slowest statements', () => {
  it('[C06] are told on PostgreSQL 13 to 18 as differences between looks, and how to enable what they come from', async () => {
    for (const major of [13, 14, 15, 16, 17, 18]) {
      const server = await startPostgres({ major, settings: loaded })
      try {
        const look = looker(server.url())
        const missing = await look.view()
        assert.ok(!missing.ok)
        assert.match(told(missing.remedy), /without a restart: CREATE EXTENSION pg_stat_statements;/)
        const app = await connect(server.url())
        await app.query('create extension pg_stat_statements')
        await app.query(slow(500, 20))
        await look.check()
        for (let n = 1; n <= 12; n++) await app.query(slow(n * 8, n))
        await app.end()
        const rows = rowsOf(await look.view({ limit: 10 }))
        assert.equal(rows.length, 10)
        const all = rowsOf(await look.view())
        assert.deepEqual(
          rows.map(({ id }) => id),
          all.slice(0, 10).map(({ id }) => id),
        )
        assert.deepEqual(
          rows.map(({ totalMs }) => totalMs),
          all
            .map(({ totalMs }) => totalMs)
            .toSorted((x, y) => y - x)
            .slice(0, 10),
        )
        // What ran before the first look, longer than all of these, is not among them.
        const shapes = all.map(({ statement }) => statement.split('$').length - 3).filter((shape) => shape > 0)
        assert.deepEqual(
          shapes.toSorted((x, y) => x - y),
          [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
          `on ${major}`,
        )
        for (const { statement, calls, meanMs, totalMs } of rows) {
          const shape = statement.split('$').length - 3
          assert.equal(calls, 1)
          assert.ok(totalMs === meanMs && meanMs >= shape * 8, `${meanMs} of ${statement} on ${major}`)
        }
        assert.doesNotMatch(look.kept(), /anna/)
      } finally {
        await server.stop()
      }
    }
  })

  it('[A21] that are N+1 are told with their calls for each request, the statement and the fix', async () => {
    const server = await startPostgres({ major: 15, settings: loaded })
    try {
      const app = await connect(server.url())
      await app.query(`create extension pg_stat_statements; create table books (id int, author int);
        create table authors (id int primary key); insert into books select n, n from generate_series(1, 50) n;
        insert into authors select n from generate_series(1, 50) n`)
      const look = looker(server.url())
      await look.check()
      await times(10, async () => {
        const books = await app.query('select id, author from books order by id')
        for (const { author } of books.rows) await app.query('select * from authors where id = $1', [author])
      })
      await app.end()
      for (const [options, expected] of [
        [
          { requestsPerSecond: 1 },
          /runs ([\d,]+) times a minute for postgres, 1 rows each, ([\d,]+) times for each request/,
        ],
        [
          {},
          /runs ([\d,]+) times a minute for postgres, 1 rows each, (50) times for each call of another that lists rows/,
        ],
      ] as const) {
        const verdict = await look.check(options)
        assert.ok(verdict.status === 'warn', JSON.stringify(verdict))
        const [finding] = verdict.findings ?? []
        const title = told(finding?.title)
        const [, perMinute = 0, each = 0] = expected.exec(title)?.map((part) => Number(part.replaceAll(',', ''))) ?? []
        assert.ok(each >= 5 && perMinute >= 500, title)
        if ('requestsPerSecond' in options) assert.ok(Math.abs(each - perMinute / 60) <= 1, title)
        assert.match(
          title,
          /: select \* from authors where id = \$1 -- after: select id, author from books order by id$/,
        )
        assert.match(
          told(finding?.remedy),
          /Ask once for all rows: a JOIN, or WHERE \.\.\. = ANY\(\$1\).*prefetch_related/,
        )
      }
    } finally {
      await server.stop()
    }
  })
})

describe('statements', () => {
  for (const major of [15, 18]) {
    it(`that are slower than a week before are named on PostgreSQL ${major}, and no others`, async () => {
      const server = await startPostgres({ major, settings: loaded })
      try {
        const app = await connect(server.url())
        await app.query('create extension pg_stat_statements; create table calm (id int); insert into calm values (1)')
        const look = looker(server.url())
        const work = (ms: number) =>
          times(40, async () => {
            await app.query('select pg_sleep($1) as report', [ms / 1000])
            await app.query('select id from calm where id = $1', [1])
          })
        await look.check()
        look.putBack(8 * dayMs)
        await work(2)
        await look.check()
        look.putBack(7 * dayMs)
        const young = await look.check()
        assert.equal(young.status, 'pass')
        look.putBack(dayMs)
        await work(40)
        const verdict = await look.check()
        assert.ok(verdict.status === 'warn' && verdict.findings?.length === 1, JSON.stringify(verdict))
        const [finding] = verdict.findings ?? []
        assert.match(finding?.subject ?? '', /^slower:postgres:-?\d+$/)
        assert.match(
          told(finding?.title),
          /takes \d+\sms in the mean, [\d.]+\sms a week before: \d+% of .* 40 calls by postgres/,
        )
        assert.match(told(finding?.title), /select pg_sleep\(\$1\) as report$/)
        const [id = ''] = /--explain=(-?\d+)/.exec(told(finding?.remedy))?.slice(1) ?? []
        assert.ok((await look.explain(id)).ok)
        const [worst, calm] = rowsOf(await look.view({ order: 'regression', limit: 2 }))
        assert.ok((worst?.meanMsWeekBefore ?? 0) > 0.5 && (worst?.meanMs ?? 0) > 2 * (worst?.meanMsWeekBefore ?? 0))
        assert.ok(calm !== undefined && calm.meansMs.length >= 1)
        await app.end()
      } finally {
        await server.stop()
      }
    })
  }

  it('are read from an extension that is older than its server, from a standby, and when there are too many', async () => {
    const server = await startPostgres({ major: 15, settings: { ...loaded, 'pg_stat_statements.max': '10000' } })
    const app = await connect(server.url())
    try {
      await app.query("create extension pg_stat_statements version '1.7'")
      const look = looker(server.url())
      await look.check()
      await app.query('select 1 as "old version"')
      assert.match(rowsOf(await look.view())[0]?.statement ?? '', /"old version"/)
      await app.query('alter extension pg_stat_statements update')
      const standby = await startStandby(server, 'replica', loaded)
      try {
        const reads = looker(standby.url(), look.snapshots)
        const first = await reads.view()
        assert.ok(!first.ok && first.reason.code === 'postgres.statements-first-look', 'a standby is another server')
        const client = await connect(standby.url())
        await client.query('select 2, 3 as "on the standby"')
        await client.end()
        assert.ok(rowsOf(await reads.view()).some(({ statement }) => statement.includes('on the standby')))
      } finally {
        await standby.stop()
      }
      const many = looker(server.url())
      await app.query("set pg_stat_statements.track = 'all'")
      // Before 16 each text of a utility statement is a shape of its own.
      const fill = (name: string) =>
        app.query(`do $$ begin for n in 1..5600 loop execute format('set local ${name}.x%s = 1', n); end loop; end $$`)
      await fill('a')
      await until(app, 'select 1 from pg_stat_statements having count(*) > 5500')
      await many.check()
      const kept = [...(many.snapshots.get('statements')?.values() ?? [])][0]
      assert.ok(typeof kept === 'object' && kept !== null && 'entries' in kept && Array.isArray(kept.entries))
      assert.equal(kept.entries.length, 5000)
      await fill('b')
      await app.query('select 3, 4, 5 as "after that"')
      const seen = await many.view()
      assert.ok(seen.ok)
      // Those of before that were not kept are not taken for new; some that are new cannot be told from them.
      assert.ok(seen.rows.every(({ statement }) => !statement.includes(' a.x')))
      assert.match(
        seen.notes.map(told).join('\n'),
        /Left out, since it is not known what they did before: [\d,]+ statements/,
      )
    } finally {
      await app.end()
      await server.stop()
    }
  })
})
