import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import type { Client } from 'pg'
import { type TestContext, testContext } from '../../../../test/support/context.ts'
import { postgresPrograms, startPostgres } from '../../../../test/support/postgres.ts'
import { copyDatabase, postgresOptionsOf, rendered } from '../../../../test/support/postgres-backup.ts'
import { connect, until } from '../../../../test/support/postgres-checks.ts'
import { caughtUp, startStandby } from '../../../../test/support/postgres-standby.ts'
import { BackupError } from '../../../core/backup.ts'
import { VigieError } from '../../../core/errors.ts'
import type { PostgresServer } from '../../../platform/embedded-postgres.ts'
import { type PostgresFacts, postgresFactsSchema } from './facts.ts'
import { postgresBackup } from './postgres-backup.ts'

const run = promisify(execFile)

for (const major of [15, 18] as const) {
  describe(`a dump of PostgreSQL ${major}`, () => {
    let server: PostgresServer
    let admin: Client
    let shop: Client
    let bin: string
    let dir: string
    let ctx: TestContext
    const optionsOf = (backup: object = {}, url = server.url('shop')) => postgresOptionsOf(url, { bin, ...backup })
    const copy = (backup: object = {}, url?: string) => copyDatabase(optionsOf(backup, url), ctx)
    const factsOf = async (backup: object = {}): Promise<PostgresFacts> =>
      postgresFactsSchema.parse((await copy(backup)).parts[0]?.facts)
    /** What goes wrong in the dump of the database alone, in both languages with its next step. */
    const failure = async (backup: object = {}, url?: string): Promise<string> => {
      const dump = postgresBackup(optionsOf(backup, url)).dump(ctx, 'database', async () => undefined)
      return toldOf(
        await dump.then(
          () => assert.fail('it went well'),
          (error: unknown) => error,
        ),
      )
    }
    /** A script that stands for what runs a program in a container: no variable of ours comes in. */
    const through = async (name: string, line: string): Promise<readonly string[]> => {
      const file = join(dir, name)
      await writeFile(file, `#!/bin/sh\nprintf '%s\\n' "$@" >> '${join(dir, 'arguments')}'\n${line}\n`)
      await chmod(file, 0o755)
      return [file]
    }
    before(async () => {
      server = await startPostgres({ major })
      bin = await postgresPrograms(major)
      dir = await mkdtemp(join(tmpdir(), 'vigie-dump-test-'))
      admin = await connect(server.url())
      await admin.query("create role app login password 'app'")
      await admin.query("create role reader login password 're=a:d''er@'")
      await admin.query('create database shop owner app')
      shop = await connect(server.url('shop'))
      await shop.query(shopSql)
      ctx = testContext({ timeoutMs: 120_000 })
    })
    after(async () => {
      await ctx?.close()
      await shop?.end()
      await admin?.end()
      await server?.stop()
      if (dir !== undefined) await rm(dir, { recursive: true, force: true })
    })

    it('restores to the very bytes that a file of pg_dump does, by URL and through what runs it elsewhere', async () => {
      const toc = async (whole: AsyncIterable<Uint8Array>): Promise<string> => {
        const file = join(dir, 'toc.dump')
        await writeFile(file, whole)
        // The time of the dump is the only thing in it that is not of the database; psql's own key is made anew each time.
        const { stdout } = await run(join(bin, 'pg_restore'), ['-f', '-', file], {
          maxBuffer: 100_000_000,
          encoding: 'latin1',
        })
        return stdout.replace(/^(?:\\(?:un)?restrict|-- (?:Started|Completed) on).*$/gm, '')
      }
      const direct = join(dir, 'direct.dump')
      await run(join(bin, 'pg_dump'), ['-Fc', '-f', direct, '-d', server.url('shop')])
      const wanted = await toc((await import('node:fs')).createReadStream(direct))
      assert.match(wanted, /COPY public\."with ""quotes"" and\nlines"/)
      const local = await copy()
      assert.equal(await toc(local.parts[0]?.read() ?? assert.fail()), wanted)
      const elsewhere = await through('in-container', `exec env -i PATH='${bin}:/usr/bin:/bin' "$@"`)
      const inside = await copy({ through: elsewhere, bin: undefined })
      assert.equal(await toc(inside.parts[0]?.read() ?? assert.fail()), wanted)
      assert.deepEqual(
        inside.parts.map(({ name, file }) => [name, file]),
        [
          ['database', 'database.dump'],
          ['globals', 'globals.sql'],
        ],
      )
      const { password } = new URL(server.url())
      const seen = (await readFile(join(dir, 'arguments'), 'utf8')) + JSON.stringify(ctx.evidence)
      assert.match(seen, /pg_dump/)
      assert.ok(!seen.includes(password), 'the password stands on a command line or in the evidence')
    })

    it('says what is in it, counted in the snapshot that was dumped', async () => {
      const facts = await factsOf()
      assert.equal(Math.floor(facts.serverVersion / 10_000), major)
      assert.equal(facts.database, 'shop')
      assert.equal(facts.owner, 'app')
      assert.deepEqual(facts.roles, ['app', 'postgres', 'reader'])
      const rows = Object.fromEntries(facts.tables.map(({ schema, name, rows }) => [`${schema}.${name}`, rows]))
      assert.deepEqual(rows, {
        'private.secrets': 1,
        'public.empty': 0,
        'public.events_1': 30,
        'public.events_2': 70,
        'public.orders': 500,
        'public.with "quotes" and\nlines': 2,
      })
      assert.equal(facts.largeObjects, 1)
      assert.ok(facts.extensions.some(({ name, version }) => name === 'pgcrypto' && version !== ''))
      assert.deepEqual(
        facts.sequences.map(({ name, value, isDescending }) => [name, value, isDescending]),
        [
          ['down', '-7', true],
          ['never', null, false],
          ['orders_id_seq', '500', false],
        ],
      )
    })

    it('counts what it dumps while others write', async () => {
      await shop.query('create table busy (id serial primary key)')
      const writer = await connect(server.url('shop'))
      let isWriting = true
      const writing = (async () => {
        while (isWriting) await writer.query('insert into busy default values')
      })()
      writing.catch(() => undefined)
      await until(admin, "select 1 from pg_stat_activity where query like 'insert into busy%'", 30_000)
      try {
        const stored = await copy({ tables: ['busy'] })
        const facts = postgresFactsSchema.parse(stored.parts[0]?.facts)
        const file = join(dir, 'busy.dump')
        await writeFile(file, stored.parts[0]?.read() ?? assert.fail())
        const { stdout } = await run(join(bin, 'pg_restore'), ['-a', '-t', 'busy', '-f', '-', file])
        const dumped = stdout.match(/^\d+$/gm)?.length ?? 0
        assert.equal(facts.counts['public.busy'], dumped)
      } finally {
        isWriting = false
        await writing.catch(() => undefined)
        await writer.end()
        await shop.query('drop table busy')
      }
    })

    it('without a right password does not begin', async () => {
      const url = server.url('shop', 'app', 'wrong')
      const told = await failure({}, url)
      assert.match(told, /^unreachable: /)
      assert.match(told, /wrong password|password authentication failed/)
      // Inside, the programs may have another address than Vigie itself.
      const elsewhere = await through('in-container', `exec env -i PATH='${bin}:/usr/bin:/bin' "$@"`)
      const inside = await failure({ through: elsewhere, bin: undefined, url })
      assert.match(inside, /^unreachable: pg_dump .*password authentication failed/)
      assert.match(inside, /Check the password in backup\.url/)
      const lines = server.url('shop', 'app', 'a%0Aselect')
      assert.match(await failure({ through: elsewhere, bin: undefined, url: lines }), /^usage: .*line break/)
    })

    it('by a role that may not read all of it is refused by name, and told in the survey', async () => {
      const url = `${server.url('shop').replace(/\/\/.*@/, `//reader:${encodeURIComponent("re=a:d'er@")}@`)}`
      await shop.query('grant select on all tables in schema public to reader')
      const told = await failure({}, url)
      assert.match(told, /^unreachable: The role reader may not read/)
      assert.match(told, /private\.secrets/)
      assert.match(told, /GRANT pg_read_all_data TO "reader"/)
      const survey = await postgresBackup(optionsOf({}, url)).survey(ctx)
      assert.match(rendered(...survey.notes), /reader may not read/)
      await admin.query('grant pg_read_all_data to reader')
      try {
        assert.match(await failure({}, url), /^unreachable: The role reader may not read 1 large object/)
        await shop.query('grant select on large object 4711 to reader')
        const stored = await copy({}, url)
        assert.equal(stored.parts.length, 2, 'no superuser is needed')
      } finally {
        await admin.query('revoke pg_read_all_data from reader')
      }
    })

    it('whose rows a policy would hide is refused, never smaller', async () => {
      await admin.query('grant pg_read_all_data to reader')
      await shop.query('grant select on large object 4711 to reader')
      await shop.query('alter table orders enable row level security')
      const url = `${server.url('shop').replace(/\/\/.*@/, `//reader:${encodeURIComponent("re=a:d'er@")}@`)}`
      try {
        const told = await failure({}, url)
        assert.match(told, /^unreachable: Row security hides rows of 1 table from the role reader: public\.orders/)
        assert.match(told, /BYPASSRLS/)
        await admin.query('alter role reader bypassrls')
        assert.equal((await copy({}, url)).parts.length, 2)
      } finally {
        await shop.query('alter table orders disable row level security')
        await admin.query('alter role reader nobypassrls')
        await admin.query('revoke pg_read_all_data from reader')
      }
    })

    it('whose session is ended in the middle does not count', async () => {
      let isEnded = false
      const dump = postgresBackup(optionsOf()).dump(ctx, 'database', async () => {
        if (isEnded) return
        isEnded = true
        const sql =
          "select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'vigie-backup-%'"
        await until(admin, sql, 30_000)
      })
      // What pg_dump has written lies in the pipe: large enough a table that it has not read all when it is ended.
      const told = toldOf(
        await dump.then(
          () => assert.fail('it went well'),
          (error: unknown) => error,
        ),
      )
      assert.match(told, /^unreachable: pg_dump did not come to its end/)
      assert.match(told, /Nothing of this copy counts/)
    })

    it('that its taker gives up leaves no session behind', async () => {
      const dump = postgresBackup(optionsOf()).dump(ctx, 'database', async () => {
        throw new Error('the disk is gone')
      })
      await assert.rejects(dump, /the disk is gone/)
      const gone =
        "select 1 where not exists (select 1 from pg_stat_activity where application_name like 'vigie%' and datname = 'shop')"
      await until(admin, gone, 30_000)
    })

    it('that is called off ends its session, wherever the program is', async () => {
      // As in a container: neither our signals nor our marks come there.
      const elsewhere = await through('far-away', `exec env -i PATH='${bin}:/usr/bin:/bin' setsid -w "$@"`)
      const abort = new AbortController()
      const own = testContext({ timeoutMs: 120_000, signal: abort.signal })
      try {
        const dump = postgresBackup(optionsOf({ through: elsewhere, bin: undefined })).dump(
          own,
          'database',
          async () => {
            abort.abort()
          },
        )
        await assert.rejects(dump)
        const gone =
          "select 1 where not exists (select 1 from pg_stat_activity where application_name like 'vigie-backup-%')"
        await until(admin, gone, 30_000)
      } finally {
        await own.close()
      }
    })

    it('without a snapshot to share is made all the same, and says that its rows were not counted', async () => {
      await shop.query('revoke execute on function pg_export_snapshot() from public')
      try {
        await admin.query('grant app to reader; grant pg_read_all_data to reader')
        await shop.query('grant select on large object 4711 to reader')
        const url = `${server.url('shop').replace(/\/\/.*@/, `//reader:${encodeURIComponent("re=a:d'er@")}@`)}`
        const stored = await copy({}, url)
        const facts = postgresFactsSchema.parse(stored.parts[0]?.facts)
        assert.ok(facts.tables.length === 6 && facts.tables.every(({ rows }) => rows === null))
        assert.match(rendered(...stored.notes), /This server gives no snapshot to share \(permission denied/)
      } finally {
        await shop.query('grant execute on function pg_export_snapshot() to public')
        await admin.query('revoke app from reader; revoke pg_read_all_data from reader')
      }
    })

    it('of a standby holds what its primary had', async () => {
      await shop.query('create unlogged table unlogged as select 1 as id')
      const standby = await startStandby(server)
      try {
        await caughtUp(server, standby)
        const facts = postgresFactsSchema.parse((await copy({}, standby.url('shop'))).parts[0]?.facts)
        assert.equal(facts.counts['public.orders'], 500)
        assert.equal(facts.tables.find(({ name }) => name === 'unlogged')?.rows, null)
      } finally {
        await standby.stop()
        await shop.query('drop table unlogged')
      }
    })

    it('takes what is chosen, with partitions and sequences, and leaves rows out', async () => {
      const chosen = await factsOf({ tables: ['events', 'public.orders'], exclude: ['events'] })
      assert.equal(chosen.copied, 'tables')
      assert.deepEqual(chosen.counts, { 'public.orders': 500 })
      const left = ['private.secrets', 'public.empty', 'public.events_1', 'public.events_2']
      assert.deepEqual(chosen.withoutRows, [...left, 'public.with "quotes" and\nlines'])
      const partitions = await factsOf({ tables: ['events'] })
      assert.deepEqual(partitions.counts, { 'public.events_1': 30, 'public.events_2': 70 })
      const schema = await factsOf({ schemas: ['private'] })
      assert.deepEqual(schema.counts, { 'private.secrets': 1 })
      assert.match(await failure({ tables: ['nothing', 'orders'] }), /backup\.tables says: nothing/)
      assert.match(await failure({ exclude: ['public.typo'] }), /backup\.exclude says: public\.typo/)
    })

    it('does not count longer than it may', async () => {
      const stored = await copy({ countTimeLimit: 0 })
      const facts = postgresFactsSchema.parse(stored.parts[0]?.facts)
      assert.ok(facts.tables.every(({ rows }) => rows === null))
      assert.deepEqual(facts.counts, {})
      assert.match(rendered(...stored.notes), /Not counted in the time of backup\.countTimeLimit: 6 tables/)
    })

    it('without the programs says what is missing and how to get it', async () => {
      const empty = join(dir, 'empty')
      await mkdir(empty, { recursive: true })
      const local = await failure({ bin: empty })
      assert.match(local, /^tool-missing: pg_dump: not found in .*empty/)
      assert.match(local, new RegExp(`apt install postgresql-client-${major}`))
      const without = await through('without-programs', 'exec env -i PATH=/nowhere:/usr/bin:/bin "$@"')
      if (!(await isInstalled())) assert.match(await failure({ through: without, bin: undefined }), /^tool-missing: /)
      assert.match(await failure({ through: ['/nowhere/docker', 'exec'], bin: undefined }), /^tool-missing: /)
      const stopped = await through('stopped', 'echo "Error: No such container: db" >&2; exit 1')
      const told = await failure({ through: stopped, bin: undefined })
      assert.match(told, /^unreachable: .*No such container: db/)
      assert.match(told, /pg_dump --version/)
    })

    it('is not taken through a terminal, nor without an input, nor behind a banner', async () => {
      const noInput = await through('no-input', `exec env -i PATH='${bin}:/usr/bin:/bin' "$@" < /dev/null`)
      assert.match(await failure({ through: noInput, bin: undefined }), /docker exec needs -i/)
      const banner = await through(
        'banner',
        `case "$*" in *--version) ;; *) echo welcome;; esac; exec env -i PATH='${bin}:/usr/bin:/bin' "$@"`,
      )
      assert.match(await failure({ through: banner, bin: undefined }), /not a dump of pg_dump/)
      const line = `printf '%s\\0' "$@" > '${dir}/words'; exec script -q -e -c "xargs -0 -a '${dir}/words' env -i PATH='${bin}:/usr/bin:/bin' || exit 98" /dev/null`
      const terminal = await through('terminal', line)
      assert.match(await failure({ through: terminal, bin: undefined }), /A terminal changes the bytes/)
      assert.ok(!JSON.stringify(ctx.evidence).includes(new URL(server.url()).password))
      assert.throws(() => optionsOf({ through: ['docker', 'exec', '-it', 'db'] }), /backup-terminal/)
      assert.throws(() => optionsOf({ schemas: ['a'], tables: ['b'] }), /backup-not-both/)
    })

    it('is refused behind a transaction pooler, by its address and by what it does', async () => {
      for (const url of ['postgres://a:b@db.example.test:6543/shop', `${server.url('shop')}?pgbouncer=true`]) {
        const told = await failure({}, url)
        assert.match(told, /^unreachable: A pooler stands between us/)
        assert.match(told, /backup\.url/)
      }
      const { startPgBouncer } = await import('../../../../test/support/pgbouncer.ts')
      const bouncer = await startPgBouncer(server, { app: 'app' })
      try {
        assert.match(await failure({}, bouncer.url('shop')), /^unreachable: A pooler stands between us/)
      } finally {
        await bouncer.stop()
      }
    })

    it('of roles has their memberships and no password', async () => {
      await admin.query('grant app to reader')
      const stored = await copy()
      const pieces: Uint8Array[] = []
      for await (const piece of stored.parts[1]?.read() ?? assert.fail()) pieces.push(piece)
      const globals = Buffer.concat(pieces).toString()
      assert.match(globals, /CREATE ROLE reader;/)
      assert.match(globals, /GRANT app TO reader/)
      assert.doesNotMatch(globals, /PASSWORD|SCRAM|TABLESPACE/)
      await admin.query('revoke app from reader')
      assert.equal((await copy({ globals: false })).parts.length, 1)
    })

    it('names what the provider of a managed database keeps for itself', async () => {
      await admin.query('create role rds_superuser')
      try {
        const survey = await postgresBackup(optionsOf()).survey(ctx)
        assert.match(rendered(...survey.notes), /A managed database \(it has the role rds_superuser\)/)
      } finally {
        await admin.query('drop role rds_superuser')
      }
    })
  })
}

describe('a pg_dump that is older than the server', () => {
  it('is refused before anything runs, and the right one is named', async () => {
    const server = await startPostgres({ major: 18 })
    const ctx = testContext()
    try {
      const options = postgresOptionsOf(server.url(), { bin: await postgresPrograms(15) })
      const told = toldOf(
        await postgresBackup(options)
          .survey(ctx)
          .catch((error: unknown) => error),
      )
      assert.match(told, /^older-server: pg_dump 15\.\d+ is older than what it has to do with: PostgreSQL 18/)
      assert.match(told, /apt install postgresql-client-18/)
      assert.doesNotMatch(JSON.stringify(ctx.evidence), /snapshot/)
    } finally {
      await ctx.close()
      await server.stop()
    }
  })
})

const shopSql = `
  set role app;
  create table orders (id serial primary key, note text);
  insert into orders (note) select repeat(md5(g::text), 1000) from generate_series(1, 500) g;
  create table "with ""quotes"" and
lines" ("a column" text);
  insert into "with ""quotes"" and
lines" values (E'tab\\tnewline\\n'), ('\\.');
  create table empty (id int);
  create table events (at int, what text) partition by range (at);
  create table events_1 partition of events for values from (0) to (30);
  create table events_2 partition of events for values from (30) to (1000);
  insert into events select g, 'x' from generate_series(0, 99) g;
  create sequence never; create sequence down increment -1 minvalue -100 maxvalue 0 start -7; select nextval('down');
  reset role;
  create schema private; create table private.secrets (v bytea); insert into private.secrets values ('\\x00ff');
  grant usage on schema private to reader;
  create extension pgcrypto;
  select lo_from_bytea(4711, '\\x00010203');`

function toldOf(error: unknown): string {
  assert.ok(error instanceof VigieError, `${error}`)
  assert.ok(error.hint, `no next step: ${error.message}`)
  const code = error instanceof BackupError ? error.failure : error.code
  return `${code}: ${rendered(error.text, error.hint)}`
}

/** Whether this machine has a pg_dump where every container would find it. */
async function isInstalled(): Promise<boolean> {
  return run('/usr/bin/env', ['-i', 'PATH=/usr/bin:/bin', 'pg_dump', '--version']).then(
    () => true,
    () => false,
  )
}
