import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import pg, { type Client } from 'pg'
import { type TestContext, testContext } from '../../../../test/support/context.ts'
import { postgresPrograms, startPostgres } from '../../../../test/support/postgres.ts'
import {
  type CopiedDatabase,
  copyDatabase,
  partOf,
  postgresOptionsOf,
  rendered,
} from '../../../../test/support/postgres-backup.ts'
import { connect } from '../../../../test/support/postgres-checks.ts'
import { BackupError, type DrillAssertion, type DrillQuestion, type StoredComponent } from '../../../core/backup.ts'
import { VigieError } from '../../../core/errors.ts'
import type { JsonObject } from '../../../core/json.ts'
import type { PostgresServer } from '../../../platform/embedded-postgres.ts'
import { postgresBackup } from './postgres-backup.ts'

for (const major of [15, 18] as const) {
  describe(`a rehearsed restore of PostgreSQL ${major}`, () => {
    let server: PostgresServer
    let living: Client
    let stored: CopiedDatabase
    let bin: string
    let parent: string
    let ctx: TestContext
    const inScratch = async <T>(work: (scratch: string) => Promise<T>): Promise<T> => {
      const scratch = await mkdtemp(join(parent, 'scratch-'))
      try {
        return await work(scratch)
      } finally {
        assert.deepEqual(await readdir(scratch), [], 'something was left in the scratch folder')
        await rm(scratch, { recursive: true })
      }
    }
    const rehearse = (from: StoredComponent, questions: readonly DrillQuestion[] = [], backup: object = {}) =>
      inScratch(async (scratch) => {
        const ability = postgresBackup(postgresOptionsOf('postgres://nobody@nowhere.invalid/x', { bin, ...backup }))
        const rehearsal = await ability.rehearse(ctx, from, scratch)
        try {
          return await rehearsal.assertions(questions)
        } finally {
          await rehearsal.end()
        }
      })
    const failure = async (from: StoredComponent, backup: object = {}): Promise<string> => {
      const error = await rehearse(from, [], backup).then(
        () => assert.fail('it went well'),
        (one: unknown) => one,
      )
      assert.ok(error instanceof VigieError, `${error}`)
      assert.ok(error.hint, error.message)
      return `${error instanceof BackupError ? error.failure : error.code}: ${rendered(error.text, error.hint)}`
    }
    /** The same backup with other facts of its dump. */
    const claiming = (facts: JsonObject): StoredComponent => ({
      ...stored,
      parts: stored.parts.map((part, index) => (index === 0 ? { ...part, facts: { ...part.facts, ...facts } } : part)),
    })
    const failed = (assertions: readonly DrillAssertion[]) => assertions.filter(({ status }) => status === 'fail')
    before(async () => {
      server = await startPostgres({ major })
      bin = await postgresPrograms(major)
      parent = await mkdtemp(join(tmpdir(), 'vigie-rehearse-test-'))
      ctx = testContext({ timeoutMs: 300_000 })
      const admin = await connect(server.url())
      await admin.query(`create role "the ""owner""
of all" login password 'secret word'; create role app login noinherit; grant "the ""owner""
of all" to app; alter role app set work_mem = '5MB'`)
      await admin.query(`create database "Mon=Assurance ü" owner "the ""owner""
of all"`)
      await admin.query(`alter database "Mon=Assurance ü" set search_path = shop, public`)
      await admin.end()
      living = await connect(server.url(encodeURI('Mon=Assurance ü')))
      await living.query(shopSql)
      const options = postgresOptionsOf(server.url(encodeURI('Mon=Assurance ü')), { bin })
      stored = await copyDatabase(options, ctx)
    })
    after(async () => {
      await ctx?.close()
      await living?.end()
      await server?.stop()
      if (parent !== undefined) await rm(parent, { recursive: true, force: true })
    })

    it('has all that the living one has, and answers the questions of the team', async () => {
      const content = `select encode(data, 'hex') as data, (select string_agg(what, '|' order by what) from events) as what,
        (select sum(id) from orders)::text as sum from pg_largeobject where loid = 4711`
      const wanted = (await living.query(content)).rows
      await inScratch(async (scratch) => {
        const ability = postgresBackup(postgresOptionsOf('postgres://nobody@nowhere.invalid/x', { bin }))
        const rehearsal = await ability.rehearse(ctx, stored, scratch)
        try {
          const copy = new pg.Client({ connectionString: rehearsal.env['DATABASE_URL'] })
          await copy.connect()
          assert.deepEqual((await copy.query(content)).rows, wanted)
          const { rows } = await copy.query(
            `select current_database() as name, inet_server_addr() as address, r.rolconfig as config,
                    (select pg_get_userbyid(relowner) from pg_class where relname = 'orders') as owner,
                    pg_has_role('app', (select relowner from pg_class where relname = 'orders'), 'MEMBER') as member
             from pg_roles r where rolname = 'app'`,
          )
          assert.deepEqual(rows, [
            {
              name: 'Mon=Assurance ü',
              address: null,
              config: ['work_mem=5MB'],
              owner: 'the "owner"\nof all',
              member: true,
            },
          ])
          await copy.end()
          const answers = await rehearsal.assertions([
            { name: 'orders have customers', query: 'select 1 from orders where customer is null;', expect: 'none' },
            { name: 'how many', query: 'select count(*), 5 from orders -- all', expect: '200' },
            { name: 'wrong', query: 'select count(*) from orders', expect: '7' },
            { name: 'broken', query: 'select nothing from nowhere', expect: '1' },
            { name: 'writes', query: 'delete from orders returning 1', expect: '1' },
          ])
          assert.deepEqual(
            failed(answers).map(({ name, actual }) => [name, actual]),
            [
              ['sql wrong', '200'],
              ['sql broken', 'error: relation "nowhere" does not exist'],
              ['sql writes', 'error: cannot execute DELETE in a read-only transaction'],
            ],
          )
          const held = answers.filter(({ status }) => status === 'pass').map(({ name }) => name)
          for (const name of ['rows shop.orders', 'rows shop.events_1', 'sequence shop.orders_id_seq', 'large objects'])
            assert.ok(held.includes(name), name)
          assert.ok(held.includes('extension pgcrypto'))
        } finally {
          await rehearsal.end()
        }
      })
    })

    it('says which table came back empty, which rows are missing and which sequence is behind', async () => {
      const facts = claiming({
        tables: [
          { schema: 'shop', name: 'empty', rows: 5 },
          { schema: 'shop', name: 'orders', rows: 201 },
          { schema: 'shop', name: 'never', rows: 1 },
          { schema: 'shop', name: 'events_1', rows: null },
        ],
        sequences: [{ schema: 'shop', name: 'orders_id_seq', value: '99999999999999999999', isDescending: false }],
        largeObjects: 7,
      })
      assert.deepEqual(
        failed(await rehearse(facts)).map(({ name, failure = 'assertion', actual }) => [name, failure, actual]),
        [
          ['rows shop.empty', 'table-empty', '0'],
          ['rows shop.orders', 'assertion', '200'],
          ['rows shop.never', 'assertion', 'missing'],
          ['sequence shop.orders_id_seq', 'assertion', '200'],
          ['large objects', 'assertion', '1'],
        ],
      )
    })

    it('names the extension that this machine does not have, before anything is read', async () => {
      const told = await failure(claiming({ extensions: [{ name: 'postgis', version: '3.4', schema: 'public' }] }))
      assert.match(told, /^extension-missing: .*does not have: postgis/)
    })

    it('names the role that the backup does not have', async () => {
      assert.match(await failure(claiming({ roles: ['app', 'lost'] })), /^role-missing: .*does not have: lost/)
      const [database, globals] = stored.parts
      assert.ok(database && globals)
      // Without the roles of the server those that the dump names are made, and all else holds.
      const without = { ...stored, parts: [database] }
      assert.deepEqual(failed(await rehearse(without)), [])
      const facts = { ...database.facts, roles: [], owner: 'app' }
      assert.match(await failure({ ...stored, parts: [{ ...database, facts }] }), /^role-missing: pg_restore stopped/)
    })

    it('tells a dump of a newer server from a machine without any', async () => {
      assert.match(await failure(claiming({ serverVersion: 990_001 })), /^older-server: .*PostgreSQL 99/)
      assert.match(await failure(claiming({ dumpMajor: 99 })), /^older-server: /)
      const empty = join(parent, 'empty')
      await mkdir(empty, { recursive: true })
      assert.match(await failure(stored, { bin: empty }), /^tool-missing: pg_restore & psql: not found in /)
    })

    it('of a dump that is cut or is none does not begin to count', async () => {
      const [database] = stored.parts
      assert.ok(database)
      const pieces: Uint8Array[] = []
      for await (const piece of database.read()) pieces.push(piece)
      const whole = Buffer.concat(pieces)
      const cut = partOf('database', 'database.dump', whole.subarray(0, whole.length - 200_000), database.facts)
      assert.match(await failure({ ...stored, parts: [cut] }), /^truncated: pg_restore stopped at the first error/)
      assert.match(await failure({ ...stored, parts: [{ ...cut, facts: {} }] }), /^truncated: .*does not say/)
      const broken = {
        ...database,
        read: async function* () {
          yield whole.subarray(0, 1000)
          throw new BackupError('checksum', { code: 'postgres.backup-not-a-dump', params: {} })
        },
      }
      const refused = rehearse({ ...stored, parts: [broken] })
      await assert.rejects(refused, (error) => error instanceof BackupError && error.failure === 'checksum')
    })

    it('has no room where the disk is too small for it', async () => {
      assert.match(await failure(claiming({ bytes: 1e18 })), /^no-space: .*the rehearsal needs about/)
    })

    it('goes on in the locale of C where the machine does not have that of the database', async () => {
      const collation = { provider: 'libc', collate: 'xx_XX.UTF-8', ctype: 'xx_XX.UTF-8', locale: null }
      const answers = await rehearse(claiming({ collation }))
      assert.deepEqual(failed(answers), [])
      assert.ok(answers.some(({ name, expected, actual }) => name === 'locale' && expected !== 'C' && actual === 'C'))
    })

    it('of chosen tables or schemas comes back with what they need', async () => {
      const url = server.url(encodeURI('Mon=Assurance ü'))
      for (const chosen of [{ tables: ['shop.orders', 'events'] }, { schemas: ['shop'] }]) {
        const copy = await copyDatabase(postgresOptionsOf(url, { bin, ...chosen }), ctx)
        const answers = await rehearse(copy)
        assert.deepEqual(failed(answers), [])
        assert.ok(answers.some(({ name, actual }) => name === 'rows shop.orders' && actual === '200'))
      }
    })

    it('finds the programs of a server where those of clients alone are named', async () => {
      const clients = join(parent, 'clients')
      await mkdir(clients)
      for (const name of ['pg_dump', 'pg_dumpall', 'pg_restore', 'psql'])
        await symlink(join(bin, name), join(clients, name))
      const told = await rehearse(stored, [], { bin: clients }).then(
        (answers) => `${failed(answers).length} failed`,
        (error: unknown) => (error instanceof VigieError ? `${error.code} ${rendered(error.text)}` : `${error}`),
      )
      // This machine may have a server of its own, or not.
      assert.match(told, /^0 failed$|^tool-missing .*postgres|^backup-failed .*This machine has PostgreSQL/)
    })
  })
}

const shopSql = `
  set role "the ""owner""
of all";
  create schema shop;
  create table orders (id serial primary key, customer int not null default 1, note text);
  insert into orders (note) select repeat(md5(g::text), 100) from generate_series(1, 200) g;
  create table events (at int, what text) partition by range (at);
  create table events_1 partition of events for values from (0) to (1000);
  insert into events values (1, E'new\\nline'), (2, E'\\t\\\\N'), (3, 'é');
  create table empty (id int);
  create view numbers as select id from orders;
  create function guarded() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$;
  create trigger guard before insert on orders execute function guarded();
  grant select on orders to app;
  reset role;
  create extension pgcrypto schema public;
  select lo_from_bytea(4711, '\\x00010203');`
