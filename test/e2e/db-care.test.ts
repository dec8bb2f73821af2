import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import type pg from 'pg'
import { shellWord } from '../../src/core/shell-word.ts'
import type { PostgresServer } from '../../src/platform/embedded-postgres.ts'
import { vigie } from '../support/cli.ts'
import { startPostgres } from '../support/postgres.ts'
import { connect, until } from '../support/postgres-checks.ts'
import { type ScratchSystem, scratchSystem } from '../support/scratch-system.ts'

const program = join(import.meta.dirname, '..', 'support', 'vigie.ts')

/** On a terminal, as a person has it: what is drawn over comes too. */
async function onTerminal(words: readonly string[]): Promise<string> {
  const command = [process.execPath, program, ...words].map(shellWord).join(' ')
  const env = { ...process.env, LANG: 'en_GB.UTF-8', LC_ALL: '', NODE_TEST_CONTEXT: undefined, CI: undefined }
  const { stdout } = await promisify(execFile)('script', ['-qec', `stty cols 160; exec ${command}`, '/dev/null'], {
    env: { ...env, TERM: 'xterm' },
    timeout: 120_000,
  })
  return stdout
}

describe('the care of a database on the command line', () => {
  let server: PostgresServer
  let system: ScratchSystem
  let admin: pg.Client

  before(async () => {
    server = await startPostgres({ settings: { autovacuum: 'off' } })
    admin = await connect(server.url())
    for (const table of ['orders', 'tidy', 'lean']) {
      await admin.query(`create table ${table} (id int primary key, note text)`)
      await admin.query(`insert into ${table} select n, repeat('x', 100) from generate_series(1, 20000) n`)
    }
    await until(admin, 'select 1 from pg_stat_user_tables where n_tup_ins >= 20000 having count(*) = 3', 60_000)
    await admin.query('vacuum (analyze)')
    await admin.query('delete from orders where id % 10 <> 0')
    await until(admin, `select 1 from pg_stat_user_tables where relname = 'orders' and n_dead_tup >= 18000`, 60_000)
    const tasks = { reindex: { minGain: '100kB', keepFree: 0 } }
    const db = { kind: 'postgres', url: server.url(), tasks }
    system = scratchSystem(JSON.stringify({ name: 'Shop', components: { db } }), 'vigie.config.json')
  })
  after(async () => {
    await admin.end()
    system.remove()
    await server.stop()
  })
  const figures = async (): Promise<{ vacuums: number; dead: number }[]> =>
    (
      await admin.query(
        'select vacuum_count::int as vacuums, n_dead_tup::int as dead from pg_stat_user_tables order by relname',
      )
    ).rows

  it('[E11] vacuums and analyzes only where it is needed, with consent, shows how far it is, and tells before and after', async () => {
    const before = await figures()
    const dry = await vigie(['db', 'maintain', '--dry-run', '--json', ...system.config])
    assert.deepEqual([dry.code, dry.json().steps[0].actions.length], [0, 1], dry.stdout)
    const [{ target, effect, summary }] = dry.json().steps[0].actions
    assert.deepEqual([target, effect], ['public.orders', 'change'])
    assert.match(summary, /18,000 dead rows beside 2,000 live ones/)
    assert.equal((await vigie(['db', 'maintain', ...system.config])).code, 3)
    assert.deepEqual(await figures(), before)
    const shown = await onTerminal(['db', 'maintain', '--yes', ...system.config])
    assert.match(shown, /◐ 0\/1 ─+ db\/maintain public\.orders/)
    assert.match(shown, /public\.orders: dead rows 18,000 → 0/)
    const [lean, orders, tidy] = await figures()
    assert.deepEqual([orders?.dead, lean?.vacuums, tidy?.vacuums], [0, before[0]?.vacuums, before[2]?.vacuums])
    const again = await vigie(['db', 'maintain', '--yes', '--json', ...system.config])
    assert.deepEqual([again.code, again.json().steps[0].actions], [0, []])
    const one = await vigie(['db', 'maintain', '--table', 'tidy', '--yes', '--json', ...system.config])
    assert.equal(one.json().steps[0].actions[0].status, 'done')
    const none = await vigie(['db', 'maintain', '--table', 'x"; drop table tidy; --', '--yes', ...system.config])
    assert.equal(none.code, 3)
    assert.match(none.stdout, /there is no table x"; drop table tidy; --[\s\S]*with its schema/)
  })

  it('[E12] rebuilds what its estimate calls bloated, concurrently, when the disk has room, and tells before and after', async () => {
    const dry = await vigie(['db', 'reindex', '--dry-run', '--json', ...system.config])
    assert.equal(dry.code, 0, dry.stdout + dry.stderr)
    const [action, ...others] = dry.json().steps[0].actions
    assert.deepEqual([action.target, action.effect, others], ['public.orders_pkey', 'change', []])
    assert.match(action.summary, /concurrently: about .* would be gained/)
    const { run, steps } = (await vigie(['db', 'reindex', '--yes', '--json', ...system.config])).json()
    assert.deepEqual([run.status, steps[0].actions[0].status], ['succeeded', 'done'])
    assert.match(steps[0].actions[0].note, /kB → .*kB, in/)
    const detail = (await vigie(['runs', 'show', run.id, '--json', ...system.config])).json()
    const asked: readonly string[] = detail.evidence.map(({ what }: { what: string }) => what)
    assert.ok(asked.includes('reindex index concurrently "public"."orders_pkey"'), asked.join('\n'))
    assert.ok(asked.some((what) => what.startsWith('space for public.orders_pkey')))
    const again = await vigie(['db', 'reindex', '--yes', '--json', ...system.config])
    assert.deepEqual(again.json().steps[0].actions, [])
    const tight = { reindex: { keepFree: '900TB' } }
    const db = { kind: 'postgres', url: server.url(), tasks: tight }
    const other = scratchSystem(JSON.stringify({ name: 'Shop', components: { db } }), 'vigie.config.json')
    try {
      const refused = await vigie(['db', 'reindex', '--index', 'tidy_pkey', '--yes', ...other.config])
      assert.equal(refused.code, 3)
      assert.match(refused.stdout, /public\.tidy_pkey is not rebuilt: [\s\S]*are free[\s\S]*Make room there/)
    } finally {
      other.remove()
    }
  })
})
