import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { stripVTControlCharacters } from 'node:util'
import type pg from 'pg'
import { dbLocksOutput } from '../../src/cli/json-shapes/db.ts'
import { shellWord } from '../../src/core/shell-word.ts'
import type { PostgresServer } from '../../src/platform/embedded-postgres.ts'
import { vigie } from '../support/cli.ts'
import { startPostgres } from '../support/postgres.ts'
import { connect, until } from '../support/postgres-checks.ts'
import { type ScratchSystem, scratchSystem } from '../support/scratch-system.ts'

const program = join(import.meta.dirname, '..', 'support', 'vigie.ts')

describe('locks that are waited for', () => {
  let server: PostgresServer
  let system: ScratchSystem
  let admin: pg.Client
  const opened: pg.Client[] = []
  const as = async (application: string): Promise<pg.Client> => {
    const client = await connect(server.url('postgres', 'app', 'app'), application)
    opened.push(client)
    return client
  }
  const locks = async (): Promise<ReturnType<typeof dbLocksOutput.parse>['locks']> =>
    dbLocksOutput.parse((await vigie(['db', 'locks', '--json', ...system.config])).json()).locks

  before(async () => {
    server = await startPostgres({ settings: { max_prepared_transactions: '2' } })
    admin = await connect(server.url())
    await admin.query(`
      create role app login password 'app'; create role plain login password 'plain';
      create table bookings (id int primary key); create table "Mixed.Rows" (id int primary key, v int);
      insert into "Mixed.Rows" values (1, 0), (2, 0); grant all on bookings, "Mixed.Rows" to app`)
    const config = { name: 'Shop', components: { db: { kind: 'postgres', url: server.url() } } }
    system = scratchSystem(JSON.stringify(config), 'vigie.config.json')
  })
  after(async () => {
    for (const client of opened) await client.end().catch(() => undefined)
    await admin.end()
    system.remove()
    await server.stop()
  })

  it('are none at first, and that is said', async () => {
    assert.deepEqual(await locks(), [])
    const { stdout } = await vigie(['db', 'locks', '--locale', 'fr', ...system.config])
    assert.match(stdout, /Personne n'attend de verrou/)
  })

  it('are told with their table or row, who holds them, and who only stands before in the queue', async () => {
    const waits = async (count: number): Promise<void> =>
      until(admin, `select 1 from pg_locks where not granted having count(*) >= ${count}`, 60_000)
    const [reader, changer, late] = [await as('reader'), await as('changer'), await as('late')]
    await reader.query('begin; select 4711 from bookings')
    changer.query('begin; lock table bookings in access exclusive mode').catch(() => undefined)
    await waits(1)
    late.query('select 4711 from bookings').catch(() => undefined)
    await waits(2)
    const [writer, same] = [await as('writer'), await as('same-row')]
    await writer.query('begin; update "Mixed.Rows" set v = 1 where id = 1')
    same.query('update "Mixed.Rows" set v = 4711 where id = 1').catch(() => undefined)
    await waits(3)
    const [preparer, behind] = [await as('preparer'), await as('behind')]
    await preparer.query('begin; update "Mixed.Rows" set v = 1 where id = 2')
    await preparer.query("prepare transaction 'forgotten'")
    behind.query('update "Mixed.Rows" set v = 4711 where id = 2').catch(() => undefined)
    await waits(4)
    const all = await locks()
    assert.deepEqual(
      all
        .map(({ application, what, object, wanted, blockerApplication, blockerState, held }) =>
          [application, what, object, wanted, blockerApplication, blockerState, held].join(' | '),
        )
        .toSorted(),
      [
        'behind | row | public.Mixed.Rows | ShareLock |  | prepared | ExclusiveLock',
        'changer | table | public.bookings | AccessExclusiveLock | reader | idle in transaction | AccessShareLock',
        'late | table | public.bookings | AccessShareLock | changer | active | ',
        'same-row | row | public.Mixed.Rows | ShareLock | writer | idle in transaction | ExclusiveLock',
      ],
    )
    assert.ok(all.every(({ waitMs, isHidden }) => waitMs !== null && waitMs >= 0 && !isHidden))
    const { stdout } = await vigie(['db', 'locks', ...system.config])
    assert.match(stdout, /\d+ late .*table public\.bookings .*\d+ changer/)
    assert.match(stdout, /a row of public\.Mixed\.Rows/)
    assert.doesNotMatch(stdout + JSON.stringify(all), /4711/)
    const narrow = await vigie(['db', 'locks', ...system.config], { env: { COLUMNS: '60' } })
    for (const line of narrow.stdout.trimEnd().split('\n').slice(1)) assert.ok(line.length <= 80, line)
  })

  it('are seen by a role that may not see the statements, which is said', async () => {
    const config = {
      name: 'Shop',
      components: { db: { kind: 'postgres', url: server.url('postgres', 'plain', 'plain') } },
    }
    const blind = scratchSystem(JSON.stringify(config), 'vigie.config.json')
    try {
      const { stdout } = await vigie(['db', 'locks', '--json', ...blind.config])
      const { locks: all } = dbLocksOutput.parse(JSON.parse(stdout))
      assert.equal(all.length, 4)
      assert.ok(all.every(({ isHidden }) => isHidden))
      assert.match((await vigie(['db', 'locks', ...blind.config])).stdout, /not shown/)
      const activity = await vigie(['db', 'activity', ...blind.config])
      assert.match(activity.stdout, /not shown, holds up \d/)
      assert.match(activity.stdout, /the role may not see \d+ sessions of other roles\nGRANT pg_monitor TO "plain";/)
      assert.doesNotMatch(activity.stdout, /insufficient privilege/)
    } finally {
      blind.remove()
    }
  })

  it('live, are drawn again and again within the terminal until Ctrl-C, and once when nobody looks at a terminal', async () => {
    const piped = await vigie(['db', 'activity', '--live', ...system.config])
    assert.equal(piped.code, 0)
    assert.equal(stripVTControlCharacters(piped.stdout), piped.stdout)
    const command = [process.execPath, program, 'db', 'activity', '--live', ...system.config].map(shellWord).join(' ')
    const terminal = spawn('script', ['-qec', `stty cols 70 rows 8; exec ${command}`, '/dev/null'], {
      env: { ...process.env, LANG: 'en_GB.UTF-8', LC_ALL: '', NODE_TEST_CONTEXT: undefined, TERM: 'xterm' },
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    let seen = ''
    terminal.stdout.on('data', (chunk) => (seen += chunk))
    const ended = new Promise<number | null>((resolve) => terminal.once('close', resolve))
    try {
      const deadline = performance.now() + 60_000
      const frames = (): string[] => seen.split('\u001b[H').slice(2)
      while (frames().length < 3) {
        assert.ok(performance.now() < deadline && terminal.exitCode === null, seen)
        await wait(50)
      }
      terminal.stdin.write('\u0003')
      assert.equal(await ended, 0)
      const [, frame = ''] = frames()
      const lines = stripVTControlCharacters(frame).split(/\r+\n/)
      assert.ok(lines.length <= 8, String(lines.length))
      for (const line of lines) assert.ok(line.length <= 70, JSON.stringify(line))
      assert.match(frame, /Shop · db · .*q ends/)
      assert.match(frame, /holds up/)
      assert.match(frame, /… \+\d/)
      assert.ok(seen.includes('\u001b[?1049h') && seen.trimEnd().endsWith('\u001b[?25h\u001b[?1049l'), seen.slice(-80))
    } finally {
      terminal.kill('SIGKILL')
    }
  })
})
