import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { tcpAddress } from '../../src/platform/tcp-address.ts'
import { type CliResult, vigie } from '../support/cli.ts'
import { startPostgres } from '../support/postgres.ts'
import { assertFits } from '../support/schema.ts'
import { type ScratchSystem, scratchSystem } from '../support/scratch-system.ts'

interface Row {
  readonly name: string
  readonly status: string
  readonly summary: string
  readonly remedy: string | null
}

const closedPort = 1
const server = createServer((_, response) => response.end('{"status":"ok"}'))
const yesterday = createServer((_, response) => {
  response.setHeader('date', new Date(Date.now() - 86_400_000).toUTCString())
  response.end()
})
const scratch: ScratchSystem[] = []
before(async () => {
  for (const one of [server, yesterday]) await new Promise<void>((done) => one.listen(0, '127.0.0.1', done))
})
after(() => {
  server.close()
  yesterday.close()
  for (const { remove } of scratch) remove()
})

/** A config of these components, with what else it says, in a folder of its own. */
function system(components: string, rest = "timezone: 'Europe/Paris'"): ScratchSystem {
  const names = 'command, defineSystem, env, git, host, http, postgres, secretFile, tcp'
  const made = scratchSystem(
    `import { ${names} } from 'vigie'\nexport default defineSystem({ name: 'S', components: { ${components} }, ${rest} })\n`,
  )
  scratch.push(made)
  return made
}

async function rowsOf({ config }: ScratchSystem, exit: number, env: NodeJS.ProcessEnv = {}): Promise<readonly Row[]> {
  const got = await vigie(['doctor', '--json', ...config], { env })
  assert.equal(got.code, exit, got.stdout + got.stderr)
  assertFits('doctor', got.json())
  return got.json().checks
}

const badOf = (rows: readonly Row[]): readonly string[] =>
  rows.filter(({ status }) => status !== 'pass').map(({ name, status }) => `${name} ${status}`)

/** The row that says it; fails when there is none. */
function rowWith(rows: readonly Row[], pattern: RegExp): Row {
  const found = rows.find(({ summary }) => pattern.test(summary))
  assert.ok(found, JSON.stringify(rows, null, 2))
  return found
}

describe('vigie doctor', { concurrency: 2 }, () => {
  it('passes where everything is there, has looked at each component, and keeps nothing of it', async () => {
    const { port } = tcpAddress(server)
    const healthy = system(
      `web: http({ url: 'http://127.0.0.1:${port}' }), port: tcp({ host: '127.0.0.1', port: ${port} }),
       job: command({ command: 'test "$KEY" = from-file', env: { KEY: secretFile('key') } }), code: git()`,
      `timezone: 'Europe/Paris', references: ['tcp://127.0.0.1:${port}'], locale: 'fr'`,
    )
    healthy.write('key', 'from-file\n')
    execFileSync('git', ['init', '-q'], { cwd: healthy.dir })
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.invalid', 'commit', '-qm', 'x', '--allow-empty'], {
      cwd: healthy.dir,
    })
    const rows = await rowsOf(healthy, 0)
    assert.deepEqual(badOf(rows), [])
    const names = new Set(rows.map(({ name }) => name))
    assert.deepEqual(
      [...names].sort(),
      ['clock', 'component', 'config', 'network', 'node', 'secret', 'store', 'timezone'],
      'each part is told',
    )
    for (const name of ['web', 'port', 'job', 'code']) rowWith(rows, new RegExp(`^${name}\u00a0: `))
    const told = await vigie(['doctor', ...healthy.config, '--locale', 'en'])
    assert.equal(told.code, 0)
    assert.match(told.stdout, /PASS {2}component web: 200 in /)
    assert.match(told.stdout, /PASS {2}timezone {2}routines go by Europe\/Paris/)
    const runs = await vigie(['runs', 'list', '--json', ...healthy.config])
    assert.deepEqual(runs.json(), { runs: [] })
  })

  it('names each variable and file without a value, and what to do, and does not ask who lacks it', async () => {
    const lacking = system(
      `db: postgres({ url: env('DOCTOR_DB') }), ok: command({ command: 'true', env: { T: secretFile('none.txt') } })`,
    )
    const rows = await rowsOf(lacking, 2, { DOCTOR_DB: '' })
    assert.deepEqual(badOf(rows), ['secret fail', 'secret fail'])
    assert.match(rowWith(rows, /^DOCTOR_DB is not set$/).remedy ?? '', /export DOCTOR_DB=.*\.env/)
    assert.match(rowWith(rows, /^none\.txt is not there/).remedy ?? '', /none\.txt/)
    lacking.write('.env', `DOCTOR_DB=postgres://u:planted-password@127.0.0.1:${closedPort}/d\n`)
    lacking.write('none.txt', 'x')
    const unreachable = await vigie(['doctor', ...lacking.config, '--locale', 'fr'])
    assert.equal(unreachable.code, 1, 'the database does not answer')
    assert.match(unreachable.stdout, /DOCTOR_DB est défini/)
    assert.match(unreachable.stdout, /FAIL {2}component db\u00a0: PostgreSQL ne nous laisse pas entrer/)
    assert.doesNotMatch(unreachable.stdout, /planted-password/)
  })

  it('says what does not answer, with the remedy of its kind and without the password in its address', async () => {
    const rows = await rowsOf(
      system(
        `web: http({ url: 'http://me:planted-password@127.0.0.1:${closedPort}' }), ok: command({ command: 'true' })`,
      ),
      1,
    )
    assert.deepEqual(badOf(rows), ['component fail'])
    assert.match(rowWith(rows, /^web: .*connection refused/).remedy ?? '', /curl/)
    assert.doesNotMatch(JSON.stringify(rows), /planted-password/)
  })

  it('says which tool is missing from the PATH, and how to get it', async () => {
    const tools = system(`code: git(), job: command({ command: ['no-such-program-anywhere'] })`)
    const rows = await rowsOf(tools, 3, { PATH: join(tools.dir, 'nothing') })
    assert.deepEqual(badOf(rows), ['component error', 'component error'])
    assert.match(rowWith(rows, /^code: git is not installed/).remedy ?? '', /install git/)
    rowWith(rows, /^job: no-such-program-anywhere is not installed/)
  })

  it('tells every problem of a broken config by its line, and goes on with what it can', async () => {
    const broken = system(`a: http({ url: 7 }),\n b: tcp({ hots: 'x', port: 1 })`, "timezone: 'Paris'")
    const rows = await rowsOf(broken, 2)
    rowWith(rows, /has \d problems/)
    rowWith(rows, /vigie\.config\.ts:2: components\.a\.url: /)
    assert.match(rowWith(rows, /vigie\.config\.ts:3: components\.b\.hots: /).remedy ?? '', /host/)
    rowWith(rows, /timezone: /)
    assert.equal(
      rows.find(({ name }) => name === 'store'),
      undefined,
      'where the state lives is not known',
    )
    assert.deepEqual(readdirSync(broken.dir), ['vigie.config.ts'])
    const nothing = await vigie(['doctor', '--json', '--config', join(broken.dir, 'none.ts')])
    assert.equal(nothing.code, 2)
    assert.match(rowWith(nothing.json().checks, /no config file/).remedy ?? '', /vigie init/)
  })

  it('says that the state cannot be kept or read, and looks at the components all the same', async () => {
    const url = `postgres://u:planted-password@127.0.0.1:${closedPort}/d`
    const remote = system("ok: command({ command: 'true' })", `timezone: 'UTC', store: { url: '${url}' }`)
    const rows = await rowsOf(remote, 2)
    assert.deepEqual(badOf(rows), ['store fail'])
    assert.match(rowWith(rows, /keeps the state does not let us in: .*ECONNREFUSED/).remedy ?? '', /store\.url/)
    rowWith(rows, /^ok: /)
    assert.doesNotMatch(JSON.stringify(rows), /planted-password/)
    const local = system("ok: command({ command: 'true' })")
    const nowhere = await vigie(['doctor', '--data', '/proc/vigie', ...local.config])
    assert.equal(nowhere.code, 2)
    assert.match(nowhere.stdout, /FAIL {2}store {5}The state in \/proc\/vigie/)
    await vigie(['doctor', ...local.config])
    writeFileSync(join(local.dir, '.vigie', 'state.db'), 'no database, but as long as a header of one is'.repeat(100))
    const damaged: CliResult = await vigie(['doctor', ...local.config])
    assert.equal(damaged.code, 1)
    assert.match(damaged.stdout, /FAIL {2}store {5}The state in .* is damaged/)
  })

  it('warns when the state lives in the very database that is watched', async () => {
    const postgres = await startPostgres()
    try {
      const db = `url: '${postgres.url()}'`
      const rows = await rowsOf(system(`db: postgres({ ${db} })`, `timezone: 'UTC', store: { ${db} }`), 0)
      assert.deepEqual(badOf(rows), ['store warn'])
      rowWith(rows, /^PostgreSQL 127\.0\.0\.1:\d+\/postgres writable$/)
      rowWith(rows, /^db: PostgreSQL 18/)
      assert.match(rowWith(rows, /lives in db, the very database/).remedy ?? '', /\.vigie/)
    } finally {
      await postgres.stop()
    }
  })

  it('doubts a clock that is behind its own records or apart from that of a service', async () => {
    const { port } = tcpAddress(yesterday)
    const apart = system(`web: http({ url: 'http://127.0.0.1:${port}' })`)
    const rows = await rowsOf(apart, 0)
    assert.deepEqual(badOf(rows), ['clock warn'])
    assert.match(rowWith(rows, /differs by 1.d.* from the clock of 127\.0\.0\.1:/).remedy ?? '', /timedatectl/)
    const later = new Date(Date.now() + 86_400_000)
    utimesSync(join(apart.dir, 'vigie.config.ts'), later, later)
    rowWith(await rowsOf(apart, 0), /it says .*, but .*vigie\.config\.ts is of /)
  })

  it('says what nobody has chosen: the time zone of the routines, references for remote services', async () => {
    const unset = system("ok: command({ command: 'true' }), it: tcp({ host: 'remote.invalid', port: 9 })", '')
    const rows = await rowsOf(unset, 1, { TZ: 'Europe/Paris' })
    assert.deepEqual(badOf(rows), ['timezone warn', 'network warn', 'component fail'])
    assert.equal(rowWith(rows, /goes by Europe\/Paris$/).remedy, "timezone: 'Europe/Paris' in the config")
    assert.match(rowWith(rows, /^no references/).remedy ?? '', /references: \[/)
    const cut = system("ok: command({ command: 'true' })", `references: ['tcp://127.0.0.1:${closedPort}']`)
    rowWith(await rowsOf(cut, 3), /^no reference answers: tcp:/)
  })
})
