import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import type { Client } from 'pg'
import { startPostgres } from '../../../../test/support/postgres.ts'
import { connect } from '../../../../test/support/postgres-checks.ts'
import { loaded, looker, rowsOf, times, told } from '../../../../test/support/statements.ts'
import type { DatabaseStatement } from '../../../core/database.ts'
import type { PostgresServer } from '../../../platform/embedded-postgres.ts'

for (const major of [13, 15, 18]) {
  describe(`statements on PostgreSQL ${major}`, () => {
    let server: PostgresServer
    let app: Client
    before(async () => {
      server = await startPostgres({ major, settings: { ...loaded, 'pg_stat_statements.max': '100' } })
      const admin = await connect(server.url())
      await admin.query(`
        create schema "Counters"; create extension pg_stat_statements schema "Counters";
        create role app login password 'app-word'; create role plain login password 'plain-word';
        create role watching login password 'watch-word'; grant pg_monitor to watching;
        grant usage on schema "Counters" to watching, plain;
        create table "Book; drop table x" (id int primary key, title text); grant all on "Book; drop table x" to app;
        insert into "Book; drop table x" select n, 'title ' || n from generate_series(1, 500) n`)
      await admin.query('create database elsewhere')
      await admin.end()
    })
    beforeEach(async () => {
      const admin = await connect(server.url())
      await admin.query('select "Counters".pg_stat_statements_reset()')
      await admin.end()
      app = await connect(server.url('postgres', 'app', 'app-word'))
    })
    after(() => server.stop())
    const byId = 'select title from "Book; drop table x" where id = $1'
    const list = 'select id, title from "Book; drop table x" order by id limit 50'

    it('are told as differences since an earlier look, without literals and without ours', async () => {
      const look = looker(server.url())
      await times(3, () => app.query('select count(*) from "Book; drop table x" where title = \'anna@example.test\''))
      const first = await look.view()
      assert.ok(!first.ok && first.reason.code === 'postgres.statements-first-look', JSON.stringify(first))
      await times(7, () => app.query('select count(*) from "Book; drop table x" where title = \'ben@example.test\''))
      await app.query("set application_name = 'carl@example.test'")
      const rows = rowsOf(await look.view())
      const counted = rows.find(({ statement }) => statement.startsWith('select count(*)'))
      assert.equal(counted?.calls, 7)
      assert.equal(counted?.user, 'app')
      assert.equal(counted?.rows, 7)
      assert.ok(Math.abs((counted?.meanMs ?? 0) * 7 - (counted?.totalMs ?? 0)) < 1e-6)
      assert.equal(counted?.cacheHitRatio, 1)
      assert.deepEqual(counted?.meansMs, [counted?.meanMs])
      assert.ok(
        rows.every(({ statement }) => !statement.includes('pg_stat_statements')),
        JSON.stringify(rows),
      )
      assert.ok(rows.every(({ timeShare }) => timeShare >= 0 && timeShare <= 1))
      assert.doesNotMatch(JSON.stringify(rows) + look.kept(), /anna|ben@|carl/)
      await app.end()
    })

    it('sent once for each row of another are named, with the statement and the way out', async () => {
      const look = looker(server.url())
      assert.equal((await look.check()).status, 'error')
      await times(10, () => app.query(list))
      await times(500, (n) => app.query(byId, [n + 1]))
      const verdict = await look.check()
      assert.ok(verdict.status === 'warn' && verdict.findings?.length === 1, JSON.stringify(verdict))
      const [finding] = verdict.findings ?? []
      assert.match(
        told(finding?.title),
        /runs [\d,]+ times a minute for app, 1 rows each, 50 times for each call of another/,
      )
      assert.match(
        told(finding?.title),
        /select title from "Book; drop table x" where id = \$1 -- after: select id, title/,
      )
      assert.match(told(finding?.remedy), /JOIN.*select_related.*DataLoader/)
      assert.deepEqual(
        rowsOf(await look.view())
          .filter(({ isRepeated }) => isRepeated)
          .map(({ calls }) => calls),
        [500],
      )
      await app.end()
    })

    it('count from zero after a reset, and after they were thrown out and came back', async () => {
      const look = looker(server.url())
      const admin = await connect(server.url())
      await times(20, () => app.query(list))
      await look.check()
      await admin.query('select "Counters".pg_stat_statements_reset()')
      await times(4, () => app.query(list))
      const calls = (rows: readonly DatabaseStatement[]) =>
        rows.find(({ statement }) => statement.includes('order by id'))?.calls
      assert.equal(calls(rowsOf(await look.view())), 4)
      await look.check()
      // More shapes than there is room for, each called more often, throw it out.
      await times(1200, (n) => app.query(`select ${Array.from({ length: (n >> 3) + 2 }, () => '1').join(', ')}`))
      const left = await admin.query(
        `select from "Counters".pg_stat_statements where query like '%order by id%' and query not like '%Counters%'`,
      )
      assert.equal(left.rows.length, 0)
      await times(30, () => app.query(list))
      // 4 before the look between, 30 after. Before 17 the server does not tell that it was away: less is counted, never more.
      const counted = calls(rowsOf(await look.view())) ?? 0
      assert.ok(counted === 34 || (major < 17 && counted === 30), String(counted))
      const seen = await look.view()
      assert.ok(seen.ok)
      if (major >= 14) assert.match(seen.notes.map(told).join('\n'), /forgot the least called.*pg_stat_statements\.max/)
      await admin.end()
      await app.end()
    })

    it('of other databases and of other roles are kept apart', async () => {
      const look = looker(server.url())
      await look.check()
      const other = await connect(server.url('elsewhere'))
      await other.query('select 1 as elsewhere')
      await other.end()
      const admin = await connect(server.url())
      await admin.query(list)
      await admin.end()
      await times(2, () => app.query(list))
      const rows = rowsOf(await look.view())
      assert.ok(rows.every(({ statement }) => !statement.includes('elsewhere')))
      const users = rows
        .filter(({ statement }) => statement.includes('order by id'))
        .map(({ user, calls }) => [user, calls])
      assert.deepEqual(users.toSorted(), [
        ['app', 2],
        ['postgres', 1],
      ])
      await app.end()
    })

    it('that a role may not see are never a pass, with the grant; pg_monitor sees them', async () => {
      await app.query(list)
      const plain = looker(server.url('postgres', 'plain', 'plain-word'))
      for (const _ of [1, 2]) {
        const verdict = await plain.check()
        assert.equal(verdict.status, 'error')
        assert.match(told(verdict.reason), /may not see .* of other roles/)
        assert.equal(told('remedy' in verdict ? verdict.remedy : undefined), 'GRANT pg_monitor TO "plain";')
      }
      assert.equal(plain.snapshots.size, 0)
      const view = await plain.view()
      assert.ok(!view.ok && view.reason.code === 'postgres.statements-hidden')
      const watching = looker(server.url('postgres', 'watching', 'watch-word'))
      await watching.check()
      await app.query(list)
      assert.equal((await watching.check()).status, 'pass')
      await app.end()
    })

    it('have a plan that is not executed, whatever kind they are', async () => {
      const look = looker(server.url())
      await look.check()
      await app.query(byId, [1])
      await app.query(`update "Book; drop table x" set title = $1 where id = $2`, ['y', 3])
      await app.query(
        `with gone as (delete from "Book; drop table x" where id = $1 returning 1) select count(*) from gone`,
        [-1],
      )
      await app.query("begin; set local application_name = 'x'; rollback")
      await app.query('create temp table passing (a int); insert into passing values (1)')
      const rows = rowsOf(await look.view())
      const idOf = (part: string): string => rows.find(({ statement }) => statement.includes(part))?.id ?? ''
      const before = await app.query('select count(*) from "Book; drop table x"')
      for (const part of ['select title', 'update', 'delete']) {
        const plan = rowsOf(await look.explain(idOf(part)))
        assert.match(plan.join('\n'), /Index Scan using "Book; drop table x_pkey"/, part)
        assert.match(plan.join('\n'), /Index Cond: \(id = \$\d\)/, part)
      }
      const after = await app.query('select count(*) from "Book; drop table x"')
      assert.deepEqual(after.rows, before.rows)
      const hex = BigInt.asUintN(64, BigInt(idOf('select title')))
        .toString(16)
        .padStart(16, '0')
        .slice(0, 8)
      assert.ok((await look.explain(hex)).ok)
      for (const [id, text] of [
        [idOf('create temp'), /not a SELECT/],
        [idOf('insert into passing'), /not there for this role/],
        ['12345', /knows no statement 12345/],
        ['%', /knows no statement/],
        ['1; drop table x', /knows no statement/],
      ] as const) {
        const plan = await look.explain(id)
        assert.ok(!plan.ok && plan.remedy !== undefined, id)
        assert.match(told(plan.reason), text)
      }
      const denied = await looker(server.url('postgres', 'watching', 'watch-word')).explain(idOf('select title'))
      assert.ok(!denied.ok)
      assert.match(told(denied.reason), /may not read what it reads/)
      await app.end()
    })
  })
}

describe('without pg_stat_statements', () => {
  it('the steps that are missing are told, and only those', async () => {
    const bare = await startPostgres({ major: 15 })
    try {
      const look = looker(bare.url())
      const told1 = await steps(look)
      assert.match(
        told1,
        /neither loaded by the server nor created.*shared_preload_libraries.*restart.*CREATE EXTENSION/s,
      )
      const admin = await connect(bare.url())
      await admin.query('create extension pg_stat_statements')
      await admin.end()
      const told2 = await steps(look)
      assert.match(told2, /created here, but the server does not load it.*shared_preload_libraries.*restart/s)
      assert.doesNotMatch(told2, /CREATE EXTENSION/)
    } finally {
      await bare.stop()
    }
    const half = await startPostgres({ major: 15, settings: { ...loaded, 'pg_stat_statements.track': 'none' } })
    try {
      const look = looker(half.url())
      const told3 = await steps(look)
      assert.match(told3, /not created in this database.*without a restart: CREATE EXTENSION/s)
      assert.doesNotMatch(told3, /shared_preload_libraries/)
      const admin = await connect(half.url())
      await admin.query('create extension pg_stat_statements')
      await admin.end()
      const verdict = await look.check()
      assert.equal(verdict.status, 'error')
      assert.match(told(verdict.reason), /counts nothing \(pg_stat_statements\.track = none\)/)
    } finally {
      await half.stop()
    }
  })
})

async function steps(look: ReturnType<typeof looker>): Promise<string> {
  const [verdict, seen] = [await look.check(), await look.view()]
  assert.ok(verdict.status === 'skipped' && verdict.because === 'missing-tool', JSON.stringify(verdict))
  assert.ok(!seen.ok)
  assert.deepEqual([seen.reason, seen.remedy], [verdict.reason, verdict.remedy])
  return `${told(verdict.reason)}\n${told(verdict.remedy)}`
}
