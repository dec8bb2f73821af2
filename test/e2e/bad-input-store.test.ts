import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { badRun } from '../support/bad-run.ts'
import { closedPort } from '../support/bad-servers.ts'
import { type CliResult, vigie } from '../support/cli.ts'
import { mounted } from '../support/mounted.ts'
import { startPostgres } from '../support/postgres.ts'
import { connect } from '../support/postgres-checks.ts'
import { processesOf } from '../support/processes-of.ts'
import { assertFits } from '../support/schema.ts'
import { type ScratchSystem, scratchSystem } from '../support/scratch-system.ts'

function systemOf(components = "ok: command({ command: 'true' })", more = ''): ScratchSystem {
  return scratchSystem(
    `import { command, defineSystem, env } from 'vigie'\nexport default defineSystem({ name: 'S', components: { ${components} }, ${more} })\n`,
  )
}

async function using(system: ScratchSystem, work: (system: ScratchSystem) => Promise<void>): Promise<void> {
  try {
    await work(system)
    assert.deepEqual(processesOf(system.dir), [])
  } finally {
    system.remove()
  }
}

/** An error in the published shape, without a stack: its code, exit code, message and hint. */
function refused(got: CliResult, code: string, exit: number, says: RegExp, next: RegExp): void {
  assert.equal(got.stderr, '')
  assertFits('error', got.json())
  const { error } = got.json()
  assert.deepEqual([error.code, got.code], [code, exit], got.stdout)
  assert.match(error.message, says)
  assert.match(error.hint, next)
  assert.doesNotMatch(got.stdout, /\n\s+at |node:internal/)
}

const run = (system: ScratchSystem, more: readonly string[] = [], options = {}): Promise<CliResult> =>
  vigie(['run', 'ok', '--json', ...more, ...system.config], options)

/** While a command runs that says so by a file, nobody asks the store anything. */
async function begun({ dir }: ScratchSystem): Promise<void> {
  const deadline = performance.now() + 20_000
  while (!existsSync(join(dir, 'begun'))) {
    assert.ok(performance.now() < deadline, 'the command did not begin')
    await wait(20)
  }
}

/** Runs that the state holds, newest first, each with its status; the audit is sound. */
async function kept(system: ScratchSystem): Promise<string[]> {
  const list = await vigie(['runs', 'list', '--json', ...system.config])
  assert.equal(list.code, 0, list.stdout)
  assert.equal((await vigie(['audit', 'verify', ...system.config])).code, 0)
  return list.json().runs.map(({ status }: { status: string }) => status)
}

function filesOf({ dir }: ScratchSystem): string[] {
  const folder = join(dir, '.vigie')
  return readdirSync(folder).map((name) => `${name} ${readFileSync(join(folder, name), 'latin1')}`)
}

describe('a state beside its config', { concurrency: 2 }, () => {
  it('that is read-only is told with what to do, in both languages, and loses nothing', () =>
    using(systemOf(), async (system) => {
      await badRun(system, ['ok'])
      const before = filesOf(system)
      const through = mounted(
        join(system.dir, '.vigie'),
        'mount --bind "$0" "$0"; mount -o remount,bind,ro "$0"; exec "$@"',
      )
      const next = /Make room, or give the folder to your user, or keep the state elsewhere: --data DIR/
      refused(
        await run(system, [], { through }),
        'store-unwritable',
        2,
        /The state in .*state\.db cannot be written: /,
        next,
      )
      const french = await run(system, ['--locale', 'fr'], { through })
      refused(french, 'store-unwritable', 2, /L'état dans .*state\.db ne peut pas être écrit/, /gardez l'état ailleurs/)
      assert.deepEqual(filesOf(system), before)
      assert.deepEqual(await kept(system), ['succeeded'])
    }))

  it('that cannot be made on a full disk is told, and works when there is room', () =>
    using(systemOf(), async (system) => {
      const folder = join(system.dir, '.vigie')
      mkdirSync(folder)
      const through = mounted(folder, 'mount -t tmpfs -o size=32k tmpfs "$0"; exec "$@"')
      refused(
        await run(system, [], { through }),
        'store-unwritable',
        2,
        /state\.db cannot be written: .*(full|I\/O)/,
        /Make room/,
      )
      assert.deepEqual(readdirSync(folder), [])
      await badRun(system, ['ok'])
      assert.deepEqual(await kept(system), ['succeeded'])
    }))

  it('whose disk fills while a run goes on is told; what was kept stays, and the run is shown as interrupted', () =>
    using(
      systemOf(
        "ok: command({ command: 'true' }), fill: command({ command: 'head -c 100M /dev/zero > .vigie/fill; head -c 60000 /dev/urandom | base64 -w 0; true' })",
      ),
      async (system) => {
        const folder = join(system.dir, '.vigie')
        mkdirSync(folder)
        // One name space for all commands: the disk is gone with it.
        const line = `mount -t tmpfs -o size=2m tmpfs "$0"
          node=$1; program=$2
          vigie() { "$node" "$program" "$@" --json --config '${system.config[1]}'; }
          vigie run ok > first.json
          vigie run daily > full.json && exit 1 || echo $? > full.code
          rm "$0/fill"
          vigie runs list > list.json
          vigie audit verify > audit.json
          vigie run ok`
        const last = await vigie([], { cwd: system.dir, through: mounted(folder, line) })
        const read = (name: string) => readFileSync(join(system.dir, name), 'utf8')
        assert.deepEqual([last.stderr, last.code, read('full.code').trim()], ['', 0, '2'])
        const { error } = JSON.parse(read('full.json'))
        assertFits('error', { error })
        assert.equal(error.code, 'store-unwritable')
        assert.match(error.message, /cannot be written: .*full/)
        const statuses = JSON.parse(read('list.json')).runs.map(({ status }: { status: string }) => status)
        assert.deepEqual(statuses, ['interrupted', 'succeeded'])
        assert.equal(JSON.parse(read('audit.json')).audit.status, 'sound')
        assert.equal(last.json().run.status, 'succeeded')
      },
    ))

  for (const [what, spoil, says] of [
    [
      'is no database',
      (file: string) => writeFileSync(file, 'not a database, by no means\n'.repeat(500)),
      /state\.db is damaged: file is not a database/,
    ],
    [
      'was overwritten in the middle',
      (file: string) => {
        const bytes = readFileSync(file)
        bytes.fill(0xa5, 4096)
        writeFileSync(file, bytes)
      },
      /state\.db is damaged: .*malformed/,
    ],
  ] as const) {
    it(`that ${what} is told as damaged and left as it is`, () =>
      using(systemOf(), async (system) => {
        await badRun(system, ['ok'])
        const file = join(system.dir, '.vigie', 'state.db')
        spoil(file)
        const before = readFileSync(file, 'latin1')
        refused(await run(system), 'store-damaged', 1, says, /Keep a copy of the file, then restore it from a backup/)
        refused(
          await run(system, ['--locale', 'fr']),
          'store-damaged',
          1,
          /est endommagé/,
          /restaurez-le depuis une sauvegarde/,
        )
        assert.equal(readFileSync(file, 'latin1'), before)
      }))
  }

  it('of a newer Vigie is refused with the way to update, and left as it is', () =>
    using(systemOf(), async (system) => {
      await badRun(system, ['ok'])
      const file = join(system.dir, '.vigie', 'state.db')
      const database = new DatabaseSync(file)
      database.exec('PRAGMA user_version = 99; PRAGMA wal_checkpoint(TRUNCATE)')
      database.close()
      const before = readFileSync(file, 'latin1')
      refused(await run(system), 'store-damaged', 1, /was written by a newer Vigie \(99\)/, /npm install vigie@latest/)
      assert.equal(readFileSync(file, 'latin1'), before)
    }))

  it('is made once by four runs that begin at once, and holds what each of them saw', () =>
    using(
      systemOf(['a', 'b', 'c', 'd'].map((name) => `${name}: command({ command: 'true' })`).join(', ')),
      async (system) => {
        const all = ['a', 'b', 'c', 'd'].map((name) => vigie(['run', name, '--json', ...system.config]))
        for (const got of await Promise.all(all)) {
          assert.deepEqual([got.stderr, got.code], ['', 0], got.stdout)
          assertFits('run', got.json())
        }
        assert.deepEqual(await kept(system), ['succeeded', 'succeeded', 'succeeded', 'succeeded'])
      },
    ))

  it('lets one of two runs of the same routine act, and names it to the other', () =>
    using(systemOf("ok: command({ command: 'while [ ! -e go ]; do sleep 0.1; done' })"), async (system) => {
      const both = ['en', 'fr'].map((locale) => vigie(['run', 'daily', '--json', '--locale', locale, ...system.config]))
      // Whoever ends first was not let in.
      await Promise.race(both)
      system.write('go', '')
      const [done, held] = (await Promise.all(both)).toSorted((a, b) => (a.code ?? 0) - (b.code ?? 0))
      assert.deepEqual([done?.code, held?.code], [0, 4])
      const { error } = held?.json() ?? {}
      assertFits('error', { error })
      assert.equal(error.code, 'locked')
      const { id } = done?.json().run ?? {}
      assert.match(error.message, new RegExp(`S/daily .*${id} \\(process|S/daily .*${id} \\(processus`))
      assert.match(error.hint, new RegExp(`vigie runs show ${id}`))
      assert.deepEqual(await kept(system), ['succeeded'])
    }))
})

describe('a state in PostgreSQL', { concurrency: 2 }, () => {
  const inPostgres = (component?: string): ScratchSystem => systemOf(component, "store: { url: env('STATE_URL') }")
  const secret = 'wrong-horse-43'

  it('whose server is down or unknown is told without its password, and nothing is made beside the config', () =>
    using(inPostgres(), async (system) => {
      for (const place of [`127.0.0.1:${await closedPort()}`, 'nowhere.invalid']) {
        const got = await run(system, [], { env: { STATE_URL: `postgres://vigie:${secret}@${place}/state` } })
        const says = /The PostgreSQL that keeps the state does not let us in: .*(ECONNREFUSED|nowhere\.invalid)/
        refused(got, 'store-unwritable', 2, says, /Check store\.url, the password, and that the server runs/)
        assert.ok(!got.stdout.includes(secret))
      }
      assert.deepEqual(readdirSync(system.dir), ['vigie.config.ts'])
    }))

  it('whose variable is missing is told by its name', () =>
    using(inPostgres(), async (system) => {
      refused(await run(system), 'secret-missing', 2, /STATE_URL is not set/, /export STATE_URL=/)
    }))

  it('that does not know us, ends our sessions or stops is told, and keeps what was recorded', async () => {
    const server = await startPostgres()
    const admin = await connect(server.url())
    const env = { STATE_URL: server.url() }
    await using(
      inPostgres("ok: command({ command: 'true' }), slow: command({ command: 'touch begun; sleep 2' })"),
      async (system) => {
        const wrong = await run(system, ['--locale', 'fr'], {
          env: { STATE_URL: server.url('postgres', 'postgres', secret) },
        })
        refused(
          wrong,
          'store-unwritable',
          2,
          /ne nous laisse pas entrer\s: .*postgres/,
          /Vérifiez store\.url, le mot de passe/,
        )
        assert.ok(!wrong.stdout.includes(secret))
        assert.equal((await run(system, [], { env })).code, 0)

        const ours = "select pid from pg_stat_activity where application_name = 'vigie'"
        const slow = (): Promise<CliResult> => vigie(['run', 'slow', '--json', ...system.config], { env })
        const ended = slow()
        await begun(system)
        await admin.query(`select pg_terminate_backend(pid) from (${ours}) as ours`)
        const survivor = await ended
        assert.deepEqual([survivor.stderr, survivor.code], ['', 0], survivor.stdout)
        const listed = await vigie(['runs', 'list', '--json', ...system.config], { env })
        const statuses = listed.json().runs.map(({ status }: { status: string }) => status)
        assert.deepEqual(statuses, ['succeeded', 'succeeded'])
        assert.equal((await vigie(['audit', 'verify', ...system.config], { env })).code, 0)

        rmSync(join(system.dir, 'begun'))
        const stopped = slow()
        await begun(system)
        await server.stop()
        refused(await stopped, 'store-unwritable', 2, /does not let us in/, /the server runs/)
      },
    ).finally(async () => {
      await admin.end()
      await server.stop()
    })
  })
})

describe('a config', { concurrency: 2 }, () => {
  const good =
    "import { command, defineSystem } from 'vigie'\nconst system = defineSystem({ name: 'S', components: { ok: command({ command: 'true' }) } })\n"
  const rows: readonly (readonly [string, string, RegExp, RegExp])[] = [
    [
      'that throws',
      "const a = 1\nthrow new Error('boom')\n",
      /vigie\.config\.ts could not be loaded: boom/,
      /line 2: .*vigie\.config\.ts:2/,
    ],
    ['that throws what is no error', 'throw { code: 7 }\n', /could not be loaded: \{ code: 7 \}/, /VIGIE_DEBUG/],
    [
      'that fails where nobody waits',
      `${good}Promise.reject(new Error('late'))\nexport default system\n`,
      /could not be loaded: late/,
      /line 3/,
    ],
    [
      'that imports a missing package',
      "import 'not-there-at-all'\nexport default {}\n",
      /not-there-at-all/,
      /npm install not-there-at-all/,
    ],
    ['that imports a missing file', "import './not-there.ts'\nexport default {}\n", /not-there\.ts/, /config/],
    ['that exports nothing', good, /exports no system/, /export default defineSystem/],
    ['that exports a function', 'export default () => ({})\n', /exports no system/, /export default defineSystem/],
    [
      'that exports a promise nobody keeps',
      'export default new Promise(() => {})\n',
      /it waits for something that never comes/,
      /`await`/,
    ],
    [
      'that waits for ever',
      'await new Promise(() => {})\nexport default {}\n',
      /it waits for something that never comes/,
      /`await`/,
    ],
  ]
  for (const [what, text, says, next] of rows) {
    it(`${what} is told with its place and what to do, and makes no state`, () =>
      using(scratchSystem(text), async (system) => {
        refused(await run(system), 'config-unreadable', 2, says, next)
        assert.deepEqual(readdirSync(system.dir), ['vigie.config.ts'])
      }))
  }

  it('that waits for ever is told in French without a stack', () =>
    using(scratchSystem('export default new Promise(() => {})\n'), async (system) => {
      const got = await vigie(['status', '--locale', 'fr', ...system.config])
      assert.deepEqual([got.code, got.stdout], [2, ''])
      assert.match(got.stderr, /n'a pas pu être chargé\s: il attend quelque chose qui n'arrive jamais/)
      assert.match(got.stderr, /→ Cherchez un `await`/)
    }))

  it('that exports a promise that comes is read', () =>
    using(scratchSystem(`${good}export default Promise.resolve(system)\n`), async (system) => {
      assert.equal((await badRun(system, ['ok'])).code, 0)
    }))

  it('whose own code fails in the middle of a run ends it without a stack, and the run is shown as interrupted', () =>
    using(
      scratchSystem(
        `import { existsSync } from 'node:fs'
${good.replace("'true'", "'touch begun; sleep 60'")}
const begun = new URL('begun', import.meta.url)
setInterval(() => { if (existsSync(begun)) throw new Error('later') }, 20)
export default system
`,
      ),
      async (system) => {
        refused(await run(system), 'internal', 2, /later/, /VIGIE_DEBUG=1/)
        assert.deepEqual(await kept(mended(system)), ['interrupted'])
      },
    ))
})

/** The same state under a config that does not fail. */
function mended(system: ScratchSystem): ScratchSystem {
  const text = readFileSync(String(system.config[1]), 'utf8').replace(/setInterval.*\n/, '')
  system.write('vigie.config.ts', text)
  return system
}
