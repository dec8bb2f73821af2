import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Client } from 'pg'
import { startPostgres } from '../../../../test/support/postgres.ts'
import { connect, until } from '../../../../test/support/postgres-checks.ts'
import { type TaskAtWork, taskAtWork } from '../../../../test/support/postgres-tasks.ts'
import type { Action } from '../../../core/task.ts'
import type { PostgresServer } from '../../../platform/embedded-postgres.ts'

const hostile = 'x"; drop table orders; --'
const quotedHostile = '"x""; drop table orders; --"'
const longName = `long_${'n'.repeat(58)}`

for (const major of [15, 18]) {
  describe(`rebuilding indexes, on PostgreSQL ${major}`, () => {
    let server: PostgresServer
    let admin: Client
    const options = { minGain: 200_000, keepFree: 0 }
    const task = (more: object = {}, component: object = {}): TaskAtWork =>
      taskAtWork('postgres-reindex', { url: server.url(), ...component }, { ...options, ...more })
    const targets = (actions: readonly Action[]): readonly string[] => actions.map(({ target }) => target).toSorted()
    const named = (actions: readonly Action[], target: string): Action =>
      actions.find((one) => one.target === target) ?? assert.fail(`no action on ${target}: ${targets(actions)}`)
    const invalid = async (): Promise<readonly string[]> => {
      const sql =
        'select c.relname as name from pg_index i join pg_class c on c.oid = i.indexrelid where not i.indisvalid order by 1'
      return (await admin.query<{ name: string }>(sql)).rows.map(({ name }) => name)
    }
    const bytesOf = async (index: string): Promise<number> =>
      Number((await admin.query('select pg_relation_size($1::regclass) as bytes', [index])).rows[0].bytes)
    /** What the session did is told before: told afterwards, it would count as done since the analyze. */
    const counted = async (table: string): Promise<void> => {
      await admin.query('select pg_stat_force_next_flush()')
      await admin.query(`vacuum (analyze) ${table}`)
    }
    /** Every entry but one in ten goes: the pages stay. */
    const bloat = async (table: string): Promise<void> => {
      await admin.query(`create table ${table} (id int primary key, at timestamptz default now())`)
      await admin.query(`insert into ${table} select generate_series(1, 40000)`)
      await admin.query(`delete from ${table} where id % 10 <> 0`)
      await counted(table)
    }

    before(async () => {
      server = await startPostgres({ major, settings: { autovacuum: 'off' } })
      admin = await connect(server.url())
      for (const table of ['orders', '"Mixed.Case"', quotedHostile]) await bloat(table)
      await admin.query(`
        create table tidy as select n as id, n * 7 as other from generate_series(1, 40000) n;
        create index tidy_id on tidy (id); create unique index tidy_two on tidy (id, other);
        create index tidy_expression on tidy ((id % 100), other);
        create extension btree_gist;
        create table bookings (room int, during int4range, exclude using gist (room with =, during with &&));
        insert into bookings select n, int4range(n, n + 1) from generate_series(1, 20000) n;
        create table parts (id int, at date, primary key (id, at)) partition by range (at);
        create table parts_2026 partition of parts for values from ('2026-01-01') to ('2027-01-01');
        insert into parts select n, '2026-05-05' from generate_series(1, 40000) n;
        create role app login password 'app'`)
      await admin.query(`delete from bookings where room % 10 <> 0; delete from parts where id % 10 <> 0`)
      for (const table of ['tidy', 'bookings', 'parts_2026']) await counted(table)
    })
    after(async () => {
      await admin.end()
      await server.stop()
    })

    it('plans what gains enough and nothing sound, none that PostgreSQL could only lock, and changes nothing', async () => {
      const at = task()
      const actions = await at.plan()
      assert.deepEqual(
        targets(actions),
        ['public.Mixed.Case_pkey', 'public.orders_pkey', 'public.parts_2026_pkey', `public.${hostile}_pkey`].toSorted(),
      )
      assert.match(
        at.told(named(actions, 'public.orders_pkey').summary),
        /rebuild public.orders_pkey .*\((8|9)\d%\) would be gained/,
      )
      assert.match(
        JSON.stringify(at.ctx.evidence),
        /left out: they back exclusion constraints.*bookings_room_during_excl/,
      )
      assert.deepEqual(await at.plan(), actions)
      assert.deepEqual(await task({ minGain: '100MB' }).plan(), [])
      assert.deepEqual(await task({ minRatio: 1 }).plan(), [])
      assert.equal((await task({ atMost: 1 }).plan()).length, 1)
      assert.deepEqual(await invalid(), [])
    })

    it('is measured where the server can, and the measure agrees with the estimate within 10 points', async () => {
      const gains = async (): Promise<Map<string, number>> => {
        const actions = await task().plan()
        return new Map(
          actions.map(({ target, summary: { params } }) => [target, Number(params['gain']) / Number(params['bytes'])]),
        )
      }
      const estimated = await gains()
      await admin.query('create schema "Ext"; create extension pgstattuple schema "Ext"')
      const exact = await gains()
      assert.deepEqual([...exact.keys()].toSorted(), [...estimated.keys()].toSorted())
      for (const [name, ratio] of exact)
        assert.ok(Math.abs(ratio - (estimated.get(name) ?? 0)) < 0.1, `${name} ${ratio}`)
      await admin.query('drop extension pgstattuple')
    })

    it('does it while others write, tells before and after, keeps the constraint, and has nothing to do again', async () => {
      const at = task()
      const actions = await at.plan()
      for (const action of actions) {
        const outcome = await at.execute(action)
        assert.ok(outcome.status === 'done' && outcome.changed && outcome.note, action.target)
        assert.ok((outcome.bytes ?? 0) > 200_000)
      }
      assert.ok((await bytesOf('orders_pkey')) < 200_000)
      await assert.rejects(admin.query('insert into orders values (10)'), /duplicate key/)
      for (const action of actions) assert.equal((await at.execute(action)).status, 'skipped', action.target)
      assert.deepEqual(await at.plan(), [])
      assert.equal((await admin.query('select 1 from orders')).rows.length, 4000)
    })

    it('rebuilds the one that is asked for, and says why it cannot', async () => {
      for (const index of ['tidy_id', 'public.tidy_two', 'Mixed.Case_pkey', `${hostile}_pkey`]) {
        const at = task({ index })
        const [action] = await at.plan()
        assert.ok(action)
        assert.equal((await at.execute(action)).status, 'done', index)
      }
      for (const [index, text] of [
        ['nothing', /postgres.no-such-index/],
        ['Tidy_id', /postgres.no-such-index/],
        [
          'bookings_room_during_excl',
          /not-concurrently exclusion[\s\S]*REINDEX INDEX "public"."bookings_room_during_excl";/,
        ],
        ['parts_pkey', /not-concurrently partitioned/],
      ] as const) {
        const at = task({ index })
        assert.match(await at.refusal(at.plan()), text)
      }
    })

    it('needs a role that may, and tells the grant', async () => {
      const at = task({ index: 'tidy_id' }, { actingUrl: server.url('postgres', 'app', 'app') })
      assert.match(
        await at.refusal(at.plan()),
        major >= 17 ? /GRANT MAINTAIN ON "public"."tidy" TO "app";/ : /owner of "public"."tidy" as actingUrl/,
      )
    })

    it('never fills a disk: what does not fit, and what cannot be seen, is refused; what is known to be free is believed', async () => {
      const tight = task({ index: 'tidy_id', keepFree: '900TB' })
      assert.match(await tight.refusal(tight.plan()), /postgres.reindex-no-space/)
      const blind = await blindUrl(admin, server)
      const at = task({ index: 'tidy_id' }, { actingUrl: blind })
      assert.match(await at.refusal(at.plan()), /postgres.reindex-space-unknown[\s\S]*--assume-space 20GB/)
      assert.equal((await task({ index: 'tidy_id', assumeSpace: '1GB' }, { actingUrl: blind }).plan()).length, 1)
      const little = task({ index: 'tidy_id', assumeSpace: '100kB' }, { actingUrl: blind })
      assert.match(await little.refusal(little.plan()), /postgres.reindex-no-space/)
    })

    it('that waits too long for an old transaction gives up, and leaves nothing, or says what stays', async () => {
      await bloat('waiting')
      const reader = await connect(server.url(), 'reader')
      try {
        await reader.query('begin; select count(*) from waiting')
        const at = task({ patience: '300ms' }, { actingLockTimeout: '300ms' })
        const action = named(await at.plan(), 'public.waiting_pkey')
        const outcome = await at.execute(action)
        // Readers hold up the last phase alone: the new one is in use by then.
        assert.ok(outcome.status === 'done' && outcome.note?.code === 'postgres.reindex-figures')
        assert.deepEqual(outcome.note.params['left'], ['waiting_pkey_ccold'])
        assert.deepEqual(await invalid(), ['waiting_pkey_ccold'])
        await reader.query('rollback')
        for (const one of await at.plan()) assert.equal((await at.execute(one)).status, 'done', one.target)
        assert.deepEqual(await invalid(), [])
        await reader.query('begin; update tidy set other = other where id = 1')
        const writing = task({ index: 'tidy_id', patience: '300ms' }, { actingLockTimeout: '300ms' })
        const [asked] = await writing.plan()
        assert.ok(asked)
        const locked = await writing.execute(asked)
        assert.ok(locked.status === 'skipped' && locked.reason.code === 'postgres.reindex-locked')
        assert.deepEqual(locked.reason.params['left'], await invalid())
        await reader.query('rollback')
        for (const one of await at.plan()) assert.equal((await at.execute(one)).status, 'done', one.target)
        assert.deepEqual(await invalid(), [])
      } finally {
        await reader.end()
      }
    })

    it('whose connection is cut in the middle says so, and the next run drops what it left, then rebuilds', async () => {
      await bloat(longName)
      const reader = await connect(server.url(), 'reader')
      try {
        await reader.query(`begin; update ${longName} set at = at where id = 10`)
        const at = task()
        const index = (await at.plan()).map(({ target }) => target).find((target) => target.includes('long_')) ?? ''
        const action = named(await at.plan(), index)
        const refused = at.refusal(at.execute(action))
        await until(admin, `select 1 from pg_stat_progress_create_index where phase like 'waiting for%'`, 60_000)
        const building = task()
        assert.equal((await building.refusal(building.plan())).split(' ')[0], 'locked')
        await admin.query('select pg_terminate_backend(pid) from pg_stat_progress_create_index')
        assert.match(await refused, /action-refused postgres.refused cut/)
        await reader.query('rollback')
        const left = await invalid()
        assert.equal(left.length, 1)
        assert.match(left[0] ?? '', /_ccnew$/)
        const next = task()
        const actions = await next.plan()
        assert.equal(actions[0]?.target, `public.${left[0]}`)
        assert.match(next.told(actions[0]?.summary), /a rebuild of long_n+\S* that failed left it/)
        for (const one of actions) assert.equal((await next.execute(one)).status, 'done')
        assert.deepEqual(await invalid(), [])
        assert.deepEqual(await next.plan(), [])
        assert.equal((await next.execute(actions[0] ?? assert.fail())).status, 'skipped')
      } finally {
        await reader.end()
      }
    })

    it('is not taken as done because another index bears its schema and name as a name', async () => {
      await bloat('victim')
      await admin.query(`
        create table decoy as select generate_series(1, 90000) as n; create index "public.victim_pkey" on decoy (n)`)
      const writer = await connect(server.url(), 'writer')
      try {
        const at = task({ index: 'public.victim_pkey', patience: '300ms' }, { actingLockTimeout: '300ms' })
        const [action] = await at.plan()
        assert.ok(action)
        await writer.query('begin; update victim set at = at where id = 10')
        const outcome = await at.execute(action)
        assert.ok(outcome.status === 'skipped' && outcome.reason.code === 'postgres.reindex-locked')
        await writer.query('rollback')
        const next = task({ index: 'public.victim_pkey' })
        for (const one of await next.plan()) assert.equal((await next.execute(one)).status, 'done')
        assert.deepEqual(await invalid(), [])
      } finally {
        await writer.end()
        await admin.query('drop table decoy; drop table victim')
      }
    })

    it('drops nothing that only bears the name of a leftover', async () => {
      await admin.query(`
        create table kept (id int, other int); insert into kept values (1, 1), (1, 1);
        create index kept_id on kept (id); create index kept_valid_ccnew on kept (id); create index kept_id_ccold on kept (id)`)
      await assert.rejects(admin.query('create unique index concurrently kept_other_ccnew on kept (other)'))
      await assert.rejects(admin.query('create unique index concurrently kept_id_ccnew1 on kept (other)'))
      assert.deepEqual(await invalid(), ['kept_id_ccnew1', 'kept_other_ccnew'])
      assert.deepEqual(await task().plan(), [])
      await admin.query('drop table kept')
    })
  })
}

/** The owner of the tables, who may not see where the server keeps its files. */
async function blindUrl(admin: Client, server: PostgresServer): Promise<string> {
  await admin.query(`
    create role owning login password 'owning'; alter table tidy owner to owning; grant create on schema public to owning`)
  return server.url('postgres', 'owning', 'owning')
}
