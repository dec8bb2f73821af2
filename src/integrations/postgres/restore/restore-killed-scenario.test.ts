import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { testContext } from '../../../../test/support/context.ts'
import { postgresPrograms, startPostgres } from '../../../../test/support/postgres.ts'
import { connect } from '../../../../test/support/postgres-checks.ts'
import { storedDump } from '../../../../test/support/stored-dump.ts'
import type { PostgresServer } from '../../../platform/embedded-postgres.ts'
import { postgresOptions } from '../options.ts'
import { planPostgresRestore, restorePostgres } from './postgres-restore.ts'

const child = join(import.meta.dirname, '..', '..', '..', '..', 'test', 'support', 'restore-child.ts')
const kills = 8
const rows = 30_000
const deadlineMs = 60_000

describe('a restore that is killed', { timeout: 300_000 }, () => {
  let server: PostgresServer | undefined
  let admin: Awaited<ReturnType<typeof connect>> | undefined
  let dump: Awaited<ReturnType<typeof storedDump>> | undefined
  let [dir, bin, url] = ['', '', '']

  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'vigie-restore-killed-'))
    bin = await postgresPrograms(18)
    server = await startPostgres({ major: 18 })
    url = server.url('shop')
    admin = await connect(server.url())
    await admin.query('create database shop')
    const shop = await connect(url)
    await shop.query(
      `create table orders (id int primary key, note text); create table items (id int references orders(id));
       insert into orders select n, repeat('x', 50) from generate_series(1, ${rows}) n; insert into items select id from orders`,
    )
    dump = await storedDump(url, 18)
    await shop.query("insert into orders values (0, 'since')")
    await shop.end()
  })
  after(async () => {
    await dump?.remove()
    await admin?.end()
    await server?.stop()
    await rm(dir, { recursive: true, force: true })
  })

  /** Begins one in a process of its own, and kills that so long after its begin; whether it had come to its end. */
  async function killed(
    wanted: { over: boolean; only: readonly string[] },
    isBegun: () => Promise<boolean>,
    afterMs: number,
  ) {
    assert.ok(dump)
    const [part] = dump.stored.parts
    assert.ok(part)
    const file = join(dir, 'told.json')
    const { read: _, ...told } = part
    const stored = { backup: dump.stored.backup, at: dump.stored.at, component: 'db', part: told }
    await writeFile(
      file,
      JSON.stringify({ options: { url, backup: { bin } }, dataDir: dir, dump: dump.file, stored, ...wanted }),
    )
    const one = spawn(process.execPath, [child, file], { stdio: ['ignore', 'pipe', 'inherit'] })
    let said = ''
    one.stdout.on('data', (piece: Buffer) => {
      said += piece.toString('utf8')
    })
    const ended = once(one, 'close')
    const deadline = performance.now() + deadlineMs
    while (!(await isBegun()) && one.exitCode === null) {
      if (performance.now() > deadline) throw new Error('it never began')
      await wait(5)
    }
    await wait(afterMs)
    one.kill('SIGKILL')
    await ended
    return said.includes('done')
  }

  const databases = async (): Promise<readonly string[]> =>
    (
      await admin?.query("select datname from pg_database where datname !~ '^(template|postgres)' order by 1")
    )?.rows.map(({ datname }) => datname) ?? []

  it('leaves the living database whole, and what it leaves is named and removed by the next', async () => {
    assert.ok(server && dump && admin)
    for (let turn = 0; turn < kills; turn++) {
      const known = new Set(await databases())
      const isBegun = async (): Promise<boolean> =>
        (await databases()).some((name) => name.startsWith('vigie_restore_') && !known.has(name))
      await killed({ over: true, only: [] }, isBegun, (turn * 1500) / kills)
      const shop = await connect(url)
      const { rows: found } = await shop.query('select count(*)::int as n from orders')
      // As before, or as in the backup: nothing between.
      assert.ok([rows, rows + 1].includes(found[0].n), JSON.stringify(found))
      await shop.end()
    }
    // What a kill leaves of pg_restore ends with its connections.
    const deadline = performance.now() + deadlineMs
    while (
      ((await admin.query("select 1 from pg_stat_activity where datname like 'vigie_restore_%'")).rowCount ?? 0) > 0
    ) {
      if (performance.now() > deadline) throw new Error('sessions stay')
      await wait(50)
    }
    const options = postgresOptions.parse({ url, backup: { bin } })
    const ctx = testContext({ timeoutMs: 120_000, dataDir: dir })
    const plan = await planPostgresRestore(options)(ctx, dump.stored, { over: false, only: [], to: 'last' })
    const left = (await databases()).filter((name) => name.startsWith('vigie_restore_'))
    // Those that came to their end before the kill.
    const whole = (await databases()).filter((name) => name.startsWith('shop_before_'))
    assert.deepEqual(
      plan.map(({ target }) => target),
      [...left, 'last'],
    )
    assert.ok(left.length + whole.length > 0)
    for (const action of plan) assert.equal((await restorePostgres(options)(ctx, dump.stored, action)).status, 'done')
    await ctx.close()
    assert.deepEqual(
      (await databases()).filter((name) => name.startsWith('vigie_restore_')),
      [],
    )
    assert.deepEqual(await readdir(join(dir, 'scratch')), [])
  })

  it('leaves nothing at all when it was of tables', async () => {
    assert.ok(admin)
    const shop = await connect(url)
    await shop.query('drop table items; delete from orders where id < 100')
    const before = (await shop.query('select count(*)::int as n from orders')).rows[0].n
    const isBegun = async (): Promise<boolean> =>
      ((await admin?.query("select 1 from pg_stat_activity where datname = 'shop' and application_name = 'vigie'"))
        ?.rowCount ?? 0) > 0
    for (let turn = 0; turn < kills; turn++) {
      const isWhole = await killed({ over: false, only: ['items', 'orders'] }, isBegun, (turn * 600) / kills)
      const deadline = performance.now() + deadlineMs
      while (await isBegun()) {
        if (performance.now() > deadline) throw new Error('the session stays')
        await wait(20)
      }
      const { rows: found } = await shop.query(
        "select (select count(*)::int from orders) as n, to_regclass('items') is not null as items, (select count(*)::int from pg_class c join pg_namespace n on n.oid = relnamespace where nspname ~ '^vigie|^pg_temp') as left",
      )
      const [{ n, items, left }] = found
      assert.equal(items, n === rows, JSON.stringify(found))
      assert.ok(n === before || n === rows)
      assert.equal(left === 0, n === before)
      if (isWhole) assert.equal(n, rows)
      if (n !== rows) continue
      await shop.query('drop table items; drop schema vigie_before cascade; delete from orders where id < 100')
    }
    await shop.end()
  })
})
