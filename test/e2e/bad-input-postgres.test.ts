import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { Client } from 'pg'
import type { PostgresServer } from '../../src/platform/embedded-postgres.ts'
import { type BadRun, badRun } from '../support/bad-run.ts'
import { closedPort, rawServer } from '../support/bad-servers.ts'
import { vigie } from '../support/cli.ts'
import { startPostgres } from '../support/postgres.ts'
import { connect, until } from '../support/postgres-checks.ts'
import { type ScratchSystem, scratchSystem } from '../support/scratch-system.ts'

const password = 'correct-horse-42'

function systemOf(options = ''): ScratchSystem {
  return scratchSystem(
    `import { defineSystem, env, postgres } from 'vigie'\nexport default defineSystem({ name: 'S', components: { db: postgres({ url: env('DATABASE_URL'), ${options} checks: { reachable: { attempts: 1 } } }) } })\n`,
  )
}

/** Looks at a database; no word of its password may stand in what is printed or kept. */
async function looking(
  url: string,
  words: readonly string[],
  judge: (run: BadRun) => void,
  options: { readonly written?: string; readonly meanwhile?: () => Promise<void> } = {},
): Promise<void> {
  const system = systemOf(options.written)
  try {
    const running = badRun(system, words, { env: { DATABASE_URL: url } })
    await options.meanwhile?.()
    const run = await running
    judge(run)
    const secret = /:\/\/[^:]*:([^@]*)@/.exec(url)?.[1] ?? ''
    const dir = join(system.dir, '.vigie')
    const kept = readdirSync(dir).map((name) => readFileSync(join(dir, name), 'latin1'))
    for (const text of [run.stdout, ...kept]) assert.ok(!text.includes(secret), 'the password stands there')
  } finally {
    system.remove()
  }
}

/** Nobody lets us in: one check fails and says why, the others could not tell, and none passes. */
function refused(run: BadRun, says: RegExp, next: RegExp, french: RegExp): void {
  assert.deepEqual([run.code, run.status], [1, 'failed'])
  assert.equal(run.findings, 1)
  assert.ok(run.steps.size > 10)
  for (const [id, step] of run.steps) {
    assert.equal(step.status, id === 'db/reachable' ? 'fail' : 'error', id)
    assert.match(step.summary, says)
    assert.match(step.remedy, next)
    assert.match(step.french, french)
  }
}

/** A question that was not answered: not a pass, and nothing to put right. */
function untold(run: BadRun, id: string, says: RegExp, next: RegExp, french: RegExp): void {
  const step = run.steps.get(id)
  assert.deepEqual([step?.status, run.findings], ['error', 0], id)
  assert.match(step?.summary ?? '', says)
  assert.match(step?.remedy ?? '', next)
  assert.match(step?.french ?? '', french)
}

describe('a database', { concurrency: 2 }, () => {
  let server: PostgresServer
  let admin: Client
  before(async () => {
    server = await startPostgres()
    admin = await connect(server.url())
    await admin.query(`create role guest login password '${password}'; create table t (id int primary key)`)
    await admin.query('create database private')
    await admin.query('create database apart')
    await admin.query('revoke connect on database private from public')
  })
  after(async () => {
    await admin.end()
    await server.stop()
  })

  const refusals: readonly (readonly [string, () => string | Promise<string>, RegExp, RegExp, RegExp])[] = [
    [
      'whose password is wrong',
      () => server.url('postgres', 'guest', 'wrong-horse-43'),
      /wrong user or password \(password authentication failed for user "guest"\)/,
      /Check the password in the url, and pg_hba\.conf/,
      /mot de passe incorrect[\s\S]*Vérifiez le mot de passe/,
    ],
    [
      'that does not exist',
      () => server.url('nowhere', 'guest', password),
      /there is no such database \(database "nowhere" does not exist\)/,
      /psql -l/,
      /cette base n'existe pas[\s\S]*psql -l/,
    ],
    [
      'that the role may not enter',
      () => server.url('private', 'guest', password),
      /the role is not allowed in/,
      /GRANT CONNECT ON DATABASE/,
      /le rôle n'est pas admis/,
    ],
    [
      'on whose port nobody listens',
      async () => `postgres://guest:${password}@127.0.0.1:${await closedPort()}/d`,
      /connection refused/,
      /pg_isready -h HOST -p PORT/,
      /connexion refusée[\s\S]*PostgreSQL est-il démarré/,
    ],
    [
      'whose host has no known name',
      () => `postgres://guest:${password}@nowhere.invalid/d`,
      /the host name is not known/,
      /Check the host in the url/,
      /nom d'hôte inconnu/,
    ],
    [
      'whose url is none',
      () => `postgres://guest:${password}@:not a port/d`,
      /unknown reason \(/,
      /postgres:\/\/user:password@host/,
      /raison inconnue/,
    ],
  ]
  for (const [what, url, says, next, french] of refusals) {
    it(`${what} fails once, leaves the other questions open, and shows no password`, async () => {
      await looking(await url(), ['db'], (run) => refused(run, says, next, french))
    })
  }

  for (const [what, banner] of [
    ['greets as SSH does', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['answers as HTTP does', 'HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n'],
    ['hangs up', ''],
  ] as const) {
    it(`that is none, but something that ${what}, is told as such`, async () => {
      const other = await rawServer((socket) => socket.end(banner))
      const url = `postgres://guest:${password}@127.0.0.1:${other.port}/d`
      await looking(url, ['db'], (run) =>
        refused(run, /the connection was cut/, /is it PostgreSQL that listens there\?/, /connexion coupée/),
      ).finally(() => other.stop())
    })
  }

  it('whose sessions the role may not see leaves open what it asks of them', async () => {
    const other = await connect(server.url('apart'), 'hidden')
    await looking(server.url('apart', 'guest', password), ['db'], (run) => {
      assert.equal(run.code, 3)
      for (const id of ['db/blocking', 'db/long-statements', 'db/idle-in-transaction']) {
        untold(
          run,
          id,
          /the role may not see 1 session of other roles/,
          /^GRANT pg_monitor TO "?guest"?;$/,
          /ne voit pas 1 session d'autres rôles/,
        )
      }
      assert.equal(run.steps.get('db/reachable')?.status, 'pass')
    }).finally(() => other.end())
  })

  it('that ends our session in the middle of a question leaves it open', async () => {
    const holder = await connect(server.url(), 'holder')
    await holder.query('begin; lock table pg_catalog.pg_inherits in access exclusive mode')
    const waiting = "select pid from pg_stat_activity where application_name = 'vigie' and wait_event_type = 'Lock'"
    const options = {
      written: "lockTimeout: '20s', statementTimeout: '20s',",
      meanwhile: async () => {
        await until(admin, waiting)
        await admin.query(`select pg_terminate_backend(pid) from (${waiting}) as ours`)
      },
    }
    const judge = (run: BadRun): void => {
      assert.equal(run.code, 3)
      untold(
        run,
        'db/unused-index',
        /could not tell: the connection was cut \(.*terminat/,
        /PostgreSQL/,
        /indéterminé\s: connexion coupée/,
      )
    }
    await looking(server.url(), ['db/unused-index'], judge, options).finally(() => holder.end())
  })
})

describe('a question to a database', () => {
  let server: PostgresServer
  before(async () => {
    server = await startPostgres({ settings: { max_connections: '8', superuser_reserved_connections: '1' } })
    const admin = await connect(server.url())
    await admin.query(`create role guest login password '${password}'; create table t (id int primary key)`)
    await admin.end()
  })
  after(() => server.stop())

  for (const [what, limits, says] of [
    [
      'that takes too long',
      "statementTimeout: '300ms', lockTimeout: '20s',",
      /the question failed \(canceling statement due to statement timeout\)/,
    ],
    [
      'that waits for a lock too long',
      "statementTimeout: '20s', lockTimeout: '300ms',",
      /the question failed \(canceling statement due to lock timeout\)/,
    ],
  ] as const) {
    it(`${what} is given up at its limit and left open, and the others are answered`, async () => {
      const holder = await connect(server.url(), 'holder')
      await holder.query('begin; lock table pg_catalog.pg_inherits in access exclusive mode')
      const judge = (run: BadRun): void => {
        assert.equal(run.code, 3)
        untold(run, 'db/unused-index', says, /statementTimeout/, /la question a échoué/)
        assert.equal(run.steps.get('db/reachable')?.status, 'pass')
      }
      await looking(server.url(), ['db/unused-index', 'db/reachable'], judge, { written: limits }).finally(() =>
        holder.end(),
      )
    })
  }

  it('whose connections are all taken fails and says how to see by whom', async () => {
    const guests: Client[] = []
    for (let taken = 0; taken < 7; taken++) guests.push(await connect(server.url('postgres', 'guest', password)))
    await looking(server.url('postgres', 'guest', password), ['db'], (run) =>
      refused(
        run,
        /all its connections are taken \(/,
        /FROM pg_stat_activity GROUP BY/,
        /toutes ses connexions sont prises/,
      ),
    )
    const system = systemOf()
    const env = { DATABASE_URL: server.url('postgres', 'guest', password) }
    const got = await vigie(['run', 'daily', '--locale', 'fr', ...system.config], { env })
    assert.equal(got.code, 1)
    assert.match(got.stdout, /PostgreSQL ne nous laisse pas entrer\s: toutes ses connexions sont\s+prises/)
    assert.match(got.stdout, /Voyez qui les tient\s: SELECT usename/)
    assert.equal(got.stdout.match(/Voyez qui les tient/g)?.length, 1)
    assert.doesNotMatch(got.stdout, /✓|PASS/)
    system.remove()
    for (const guest of guests) await guest.end()
  })

  it('that is shutting down fails and says so', async () => {
    const admin = await connect(server.url())
    const { rows } = await admin.query<{ dir: string }>("select current_setting('data_directory') as dir")
    const pid = Number(readFileSync(join(rows[0]?.dir ?? '', 'postmaster.pid'), 'utf8').split('\n')[0])
    assert.ok(pid > 1)
    // A smart shutdown lets nobody in, and waits for those who are.
    process.kill(pid, 'SIGTERM')
    const isClosing = (): Promise<boolean> =>
      connect(server.url()).then(
        (late) => late.end().then(() => false),
        () => true,
      )
    while (!(await isClosing()));
    await looking(server.url('postgres', 'guest', password), ['db'], (run) =>
      refused(
        run,
        /it is starting or stopping \(the database system is shutting down\)/,
        /pg_isready/,
        /il démarre ou s’arrête/,
      ),
    )
    await admin.end()
  })
})
