import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { testContext } from '../../../../test/support/context.ts'
import { postgresPrograms, startPostgres } from '../../../../test/support/postgres.ts'
import { connect } from '../../../../test/support/postgres-checks.ts'
import { storedDump } from '../../../../test/support/stored-dump.ts'
import type { RestoreWanted, StoredComponent } from '../../../core/backup.ts'
import { VigieError } from '../../../core/errors.ts'
import { createFormatter } from '../../../core/formatter.ts'
import { createRenderer, locales, messageMap, type Text } from '../../../core/message.ts'
import type { Action, ActionOutcome } from '../../../core/task.ts'
import type { PostgresServer } from '../../../platform/embedded-postgres.ts'
import { actingTexts } from '../acting/acting-texts.ts'
import { programTexts } from '../backup/program-texts.ts'
import { postgresOptions } from '../options.ts'
import { planPostgresRestore, restorePostgres } from './postgres-restore.ts'
import { restoreTexts } from './restore-texts.ts'

const originSql = `
  create role "shop owner" login password 'x'; create role reader;
  create table orders (id int generated always as identity primary key, note text);
  create table empty (id int); create table "o""dd" (a text);
  insert into orders (note) select 'n' || n from generate_series(1, 5000) n; insert into "o""dd" values (E'a\\tb');
  create materialized view totals as select count(*) as n from orders;
  alter table orders owner to "shop owner"; grant select on orders to reader`

const whole: RestoreWanted = { over: false, only: [] }

for (const major of [15, 18] as const)
  describe(`a database restored on PostgreSQL ${major}`, { timeout: 300_000 }, () => {
    let server: PostgresServer | undefined
    let admin: Awaited<ReturnType<typeof connect>> | undefined
    let dump: Awaited<ReturnType<typeof storedDump>> | undefined
    let dataDir = ''
    let bin = ''

    before(async () => {
      dataDir = await mkdtemp(join(tmpdir(), 'vigie-restore-data-'))
      bin = await postgresPrograms(major)
      server = await startPostgres({ major })
      admin = await connect(server.url())
      await admin.query('create database shop')
      const origin = await connect(server.url('shop'))
      await origin.query(originSql)
      await origin.end()
      await admin.query(`alter database shop set work_mem to '7MB'; alter database shop set search_path to "$user", public, "a,b";
        alter role reader in database shop set statement_timeout to '9s'; revoke all on database shop from public;
        grant connect on database shop to reader; comment on database shop is 'it''s the shop'; alter database shop connection limit 33;
        alter database shop owner to "shop owner"`)
      dump = await storedDump(server.url('shop'), major)
    })
    after(async () => {
      await dump?.remove()
      await admin?.end()
      await server?.stop()
      await rm(dataDir, { recursive: true, force: true })
    })

    function work(url: string, more = {}, signal = new AbortController().signal) {
      const options = postgresOptions.parse({ url, backup: { bin }, ...more })
      const ctx = testContext({ timeoutMs: 120_000, dataDir, signal })
      const known = messageMap([...restoreTexts, ...actingTexts, ...programTexts])
      const told = (text: Text | undefined): string => {
        if (text === undefined) return ''
        assert.ok(known.has(text.code), `${text.code} is not declared`)
        return locales.map((locale) => createRenderer(known, createFormatter(locale)).render(text)).join('\n')
      }
      return {
        told,
        plan: async (stored: StoredComponent, wanted: Partial<RestoreWanted> = {}): Promise<readonly Action[]> => {
          const plan = await planPostgresRestore(options)(ctx, stored, { ...whole, ...wanted })
          for (const { summary, undo } of plan)
            for (const text of [summary, undo]) assert.doesNotMatch(told(text), /undefined|NaN|\[object/)
          return plan
        },
        do: async (stored: StoredComponent, action: Action | undefined): Promise<ActionOutcome> => {
          assert.ok(action)
          const outcome = await restorePostgres(options)(ctx, stored, JSON.parse(JSON.stringify(action)))
          told(outcome.status === 'done' ? outcome.note : outcome.reason)
          return outcome
        },
        why: async (promise: Promise<unknown>): Promise<string> => {
          const error = await promise.then(
            () => undefined,
            (one: unknown) => one,
          )
          if (!(error instanceof VigieError)) throw error ?? new Error('nothing was refused')
          assert.ok(error.hint, error.message)
          assert.notEqual(told(error.hint), '')
          const failure = 'failure' in error ? String(error.failure) : error.code
          return `${failure} ${error.text.params['why'] ?? ''} ${told(error.text)}`
        },
      }
    }

    const names = async (): Promise<readonly string[]> => {
      const found = await admin?.query(
        "select datname from pg_database where datname !~ '^(template|postgres)' order by 1",
      )
      return found?.rows.map(({ datname }) => datname) ?? []
    }

    it('goes beside under a name of its own, compared, and leaves nothing else', async () => {
      assert.ok(server && dump && admin)
      const { plan, do: act, why } = work(server.url('shop'))
      const [action, ...others] = await plan(dump.stored)
      assert.deepEqual(others, [])
      assert.equal(action?.effect, 'change')
      assert.equal(action.target, 'shop_restored_20261121_0204')
      const outcome = await act(dump.stored, action)
      assert.match(JSON.stringify(outcome), /"rows":5001/)
      assert.deepEqual(await names(), ['shop', 'shop_restored_20261121_0204'])
      assert.deepEqual(await readdir(join(dataDir, 'scratch')), [])
      const copy = await connect(server.url('shop_restored_20261121_0204'))
      const { rows } = await copy.query(
        'select (select count(*)::int from orders) as orders, (select n::int from totals) as totals',
      )
      assert.deepEqual(rows, [{ orders: 5000, totals: 5000 }])
      await copy.end()
      assert.equal((await act(dump.stored, action)).status, 'skipped')
      assert.equal((await plan(dump.stored))[0]?.target, 'shop_restored_20261121_0204_2')
      assert.match(await why(plan(dump.stored, { to: 'shop_restored_20261121_0204' })), /taken/)
      assert.match(await why(plan(dump.stored, { to: 'x'.repeat(64) })), /name/)
      await admin.query('drop database shop_restored_20261121_0204')
      const odd = `o"d'd é`
      const [own] = await plan(dump.stored, { to: odd })
      assert.equal((await act(dump.stored, own)).status, 'done')
      assert.deepEqual(await names(), [odd, 'shop'])
      await admin.query('drop database "o""d\'d é"')
    })

    it('goes over the living one in one go under its sessions, and keeps the old one, settings and grants', async () => {
      assert.ok(server && dump && admin)
      const about = `select pg_get_userbyid(datdba) as owner, datacl::text as acl, datconnlimit, shobj_description(oid, 'pg_database') as comment,
        (select jsonb_agg(jsonb_build_array(setrole::regrole, setconfig) order by setrole) from pg_db_role_setting where setdatabase = d.oid) as settings
        from pg_database d where datname = $1`
      const before = (await admin.query(about, ['shop'])).rows
      const change = await connect(server.url('shop'))
      await change.query("insert into orders (note) values ('since')")
      let [isOver, turns, errors] = [false, 0, 0]
      const url = server.url('shop')
      const application = (async () => {
        while (!isOver) {
          const client = await connect(url, 'application').catch(() => undefined)
          try {
            while (client !== undefined && !isOver) {
              await client.query('select count(*) from orders')
              turns += 1
              await wait(2)
            }
          } catch {
            errors += 1
          } finally {
            await client?.end().catch(() => undefined)
          }
          await wait(2)
        }
      })()
      const { plan, do: act } = work(url)
      try {
        const [action, ...others] = await plan(dump.stored, { over: true })
        assert.deepEqual(others, [])
        assert.equal(action?.effect, 'destroy')
        assert.match(JSON.stringify(action.undo), /shop_before_20261121_0204/)
        assert.equal((await act(dump.stored, action)).status, 'done')
        const seen = turns
        const deadline = performance.now() + 30_000
        while (turns < seen + 5 && performance.now() < deadline) await wait(10)
        assert.ok(turns >= seen + 5)
        assert.ok(errors > 0)
      } finally {
        isOver = true
        await application
        await change.end().catch(() => undefined)
      }
      assert.deepEqual(await names(), ['shop', 'shop_before_20261121_0204'])
      assert.deepEqual((await admin.query(about, ['shop'])).rows, before)
      const counts = []
      for (const name of await names()) {
        const client = await connect(server.url(name))
        counts.push((await client.query('select count(*)::int as n from orders')).rows[0].n)
        await client.end()
      }
      assert.deepEqual(counts, [5000, 5001])
      await admin.query('drop database shop_before_20261121_0204')
    })

    it('brings back a database that is gone, with its settings', async () => {
      assert.ok(server && dump && admin)
      await admin.query('drop database shop with (force)')
      const { plan, do: act } = work(server.url('shop'))
      const [action] = await plan(dump.stored, { over: true })
      assert.equal(action?.effect, 'change')
      assert.equal((await act(dump.stored, action)).status, 'done')
      assert.deepEqual(await names(), ['shop'])
      const { rows } = await admin.query(
        "select count(*)::int as n from pg_db_role_setting s join pg_database d on d.oid = setdatabase where datname = 'shop'",
      )
      assert.deepEqual(rows, [{ n: 2 }])
    })

    it('leaves everything as it was when the dump is cut, differs from its count, or is refused by the server', async () => {
      assert.ok(server && dump && admin)
      const [part] = dump.stored.parts
      assert.ok(part)
      const cut = async function* (): AsyncGenerator<Uint8Array> {
        let left = part.bytes - 3000
        for await (const piece of part.read()) {
          yield piece.subarray(0, Math.max(0, left))
          left -= piece.length
        }
      }
      const facts = (from: string, to: string) => JSON.parse(JSON.stringify(part.facts).replace(from, to))
      const { plan, do: act, why } = work(server.url('shop'))
      for (const [bad, code] of [
        [{ ...part, read: cut }, /^truncated/],
        [{ ...part, facts: facts('"orders","rows":5000', '"orders","rows":4999') }, /^assertion .*public.orders/],
        [{ ...part, facts: facts('"empty","rows":0', '"empty","rows":3') }, /^table-empty/],
      ] as const)
        for (const over of [false, true]) {
          const stored = { ...dump.stored, parts: [bad] }
          const [action] = await plan(stored, { over })
          assert.match(await why(act(stored, action)), code)
          assert.deepEqual(await names(), ['shop'])
        }
      assert.deepEqual(await readdir(join(dataDir, 'scratch')), [])
    })

    it('names what stands in the way before anything is touched', async () => {
      assert.ok(server && dump && admin)
      const [part] = dump.stored.parts
      assert.ok(part)
      const shop = server.url('shop')
      const { plan, why } = work(shop)
      const withFacts = (facts: object): StoredComponent => {
        assert.ok(dump)
        return { ...dump.stored, parts: [{ ...part, facts: { ...part.facts, ...facts } }] }
      }
      assert.match(await why(plan(withFacts({ serverVersion: 990_000 }))), /^older-server/)
      assert.match(await why(plan(withFacts({ dumpMajor: 99 }))), /^older-server .*pg_restore/)
      assert.match(
        await why(plan(withFacts({ extensions: [{ name: 'postgis_x', version: '3', schema: 'public' }] }))),
        /^extension-missing .*postgis_x/,
      )
      assert.match(
        await why(
          plan(withFacts({ collation: { provider: 'libc', collate: 'xx_XX.UTF-8', ctype: 'C', locale: null } })),
        ),
        /locale .*xx_XX/,
      )
      assert.match(await why(plan(withFacts({ bytes: 1e17 }))), /^no-space/)
      assert.match(await why(plan(withFacts({ copied: 'tables' }), { over: true })), /selection/)
      assert.match(await why(work(shop, { backup: { bin: dataDir } }).plan(dump.stored)), /^tool-missing/)
      await admin.query("create role poor login password 'x'; grant connect on database shop to poor")
      const poor = server.url('shop', 'poor', 'x')
      assert.match(await why(work(poor).plan(dump.stored)), /create .*poor/)
      await admin.query('alter role poor createdb')
      assert.match(await why(work(poor).plan(dump.stored)), /roles .*shop owner/)
      assert.match(await why(work(poor).plan(dump.stored, { over: true })), /owner .*shop owner/)
      assert.match(await why(work(server.url('shop', 'postgres', 'wrong')).plan(dump.stored)), /wrong-password/)
      await admin.query('revoke connect on database shop from poor; drop role poor')
    })

    it('names the role that is missing', async () => {
      assert.ok(server && dump && admin)
      const shop = await connect(server.url('shop'))
      await shop.query('revoke all on orders from reader; alter table orders owner to postgres')
      await shop.end()
      await admin.query(
        'alter database shop owner to postgres; revoke all on database shop from reader; alter role reader in database shop reset all; drop role reader; drop role "shop owner"',
      )
      const { plan, why } = work(server.url('shop'))
      assert.match(
        await why(plan(dump.stored)),
        /^role-missing .*reader.*shop owner|^role-missing .*shop owner.*reader/,
      )
      await admin.query('create role reader; create role "shop owner"')
    })

    it('ends at once when it is stopped, and removes what it made', async () => {
      assert.ok(server && dump && admin)
      const stop = new AbortController()
      const { plan, do: act } = work(server.url('shop'), {}, stop.signal)
      const [part] = dump.stored.parts
      assert.ok(part)
      const slow = async function* (): AsyncGenerator<Uint8Array> {
        let turn = 0
        for await (const piece of part.read()) {
          if (turn++ === 1) stop.abort()
          yield piece
        }
      }
      const [action] = await plan(dump.stored)
      let reads = 0
      const stored = {
        ...dump.stored,
        parts: [{ ...part, read: () => (reads++ < 1 ? part.read() : slow()) }],
      }
      await assert.rejects(act(stored, action), { name: 'AbortError' })
      assert.deepEqual(await names(), ['shop'])
      assert.deepEqual(await readdir(join(dataDir, 'scratch')), [])
    })

    it('removes as an action of its own what a killed restore left, and nothing that only looks like it', async () => {
      assert.ok(server && dump && admin)
      const [left, used, other] = [
        'vigie_restore_00112233445566aa',
        'vigie_restore_00112233445566bb',
        'vigie_restore_mine',
      ]
      for (const name of [left, used, other]) await admin.query(`create database ${name}`)
      await admin.query(`comment on database ${left} is 'half restored by Vigie from backup B, run R'`)
      await admin.query(`comment on database ${used} is 'half restored by Vigie from backup B, run R'`)
      const user = await connect(server.url(used))
      const { plan, do: act } = work(server.url('shop'))
      const [first, second] = await plan(dump.stored)
      assert.equal(first?.target, left)
      assert.equal(second?.target, 'shop_restored_20261121_0204')
      assert.equal((await act(dump.stored, first)).status, 'done')
      assert.equal((await act(dump.stored, first)).status, 'skipped')
      assert.deepEqual(await names(), ['shop', used, other])
      await user.end()
      for (const name of [used, other]) await admin.query(`drop database ${name} with (force)`)
    })
  })
