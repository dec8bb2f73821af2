import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { access, chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { installedNative, startPostgres } from './embedded-postgres.ts'
import { isProcessAlive } from './process-alive.ts'

const here = createRequire(import.meta.url)
const native = installedNative((name) => here.resolve(name)) ?? ''

async function ask(url: string, sql: string): Promise<Record<string, unknown>> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query(sql)
  await client.end()
  return rows[0]
}

const gone = (path: string): Promise<boolean> =>
  access(path).then(
    () => false,
    () => true,
  )

async function eventually(condition: () => Promise<boolean> | boolean): Promise<void> {
  const deadline = performance.now() + 15_000
  while (!(await condition())) {
    assert.ok(performance.now() < deadline, 'never came true')
    await wait(50)
  }
}

/** A folder for temporary files that anybody may pass through, as the system's own. */
async function inOwnTemp(work: (temp: string) => Promise<void>): Promise<void> {
  const before = process.env['TMPDIR']
  const temp = await mkdtemp(join(tmpdir(), 'own-'))
  await chmod(temp, 0o777)
  process.env['TMPDIR'] = temp
  try {
    await work(temp)
  } finally {
    if (before === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = before
    await rm(temp, { recursive: true, force: true })
  }
}

describe('startPostgres', () => {
  it('gives a server on 127.0.0.1 alone with the settings asked for, and leaves nothing behind', async () => {
    const server = await startPostgres({ native, settings: { max_connections: '17' } })
    const seen = await ask(
      server.url(),
      `select current_setting('max_connections') as max, current_setting('listen_addresses') as at,
              current_setting('data_directory') as data, (select pid from pg_stat_activity where backend_type = 'checkpointer') as pid`,
    )
    assert.deepEqual([seen['max'], seen['at']], ['17', '127.0.0.1'])
    await assert.rejects(ask(server.url('postgres', 'postgres', 'wrong'), 'select 1'), { code: '28P01' })
    await server.stop()
    assert.ok(await gone(join(String(seen['data']), '..')))
    await eventually(() => !isProcessAlive(Number(seen['pid'])))
  })

  it('says why when it cannot start, and leaves nothing behind', () =>
    inOwnTemp(async (temp) => {
      await assert.rejects(startPostgres({ native, settings: { max_connections: 'many' } }), /max_connections/)
      const left = (await readdir(temp)).filter((name) => name.startsWith('vigie-pg-'))
      assert.deepEqual(left, [])
    }))

  it('ends its server and its folder with the process that started it, even a killed one', async () => {
    const script = `
      const { startPostgres } = await import(${JSON.stringify(new URL('./embedded-postgres.ts', import.meta.url).href)})
      const server = await startPostgres({ native: ${JSON.stringify(native)} })
      console.log(server.url())`
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const url = await new Promise<string>((resolve) =>
      parent.stdout.once('data', (data) => resolve(String(data).trim())),
    )
    const { data } = await ask(url, "select current_setting('data_directory') as data")
    const pid = Number((await readFile(join(String(data), 'postmaster.pid'), 'utf8')).split('\n')[0])
    assert.ok(isProcessAlive(pid))
    parent.kill('SIGKILL')
    await eventually(() => !isProcessAlive(pid))
    await eventually(() => gone(join(String(data), '..')))
  })

  it('starts from a folder that the user of the server cannot reach', () =>
    inOwnTemp(async (temp) => {
      const closed = join(temp, 'closed')
      await mkdir(closed, { mode: 0o700 })
      await cp(native, join(closed, 'native'), { recursive: true, verbatimSymlinks: true })
      for (const name of ['bin/initdb', 'bin/postgres', 'share/postgresql/postgresql.conf.sample']) {
        const path = join(closed, 'native', name)
        await chmod(path, (await stat(path)).mode & 0o700)
      }
      for (const round of [1, 2]) {
        const server = await startPostgres({ native: join(closed, 'native') })
        assert.deepEqual(await ask(server.url(), `select ${round} as round`), { round })
        await server.stop()
      }
    }))
})
