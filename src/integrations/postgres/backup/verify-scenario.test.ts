import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Client } from 'pg'
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
import { BackupError, type StoredComponent, type Verified, type VerifyAnswer } from '../../../core/backup.ts'
import type { JsonObject } from '../../../core/json.ts'
import type { PostgresServer } from '../../../platform/embedded-postgres.ts'
import type { PostgresOptions } from '../options.ts'
import { postgresFactsSchema } from './facts.ts'
import { postgresBackup } from './postgres-backup.ts'

for (const major of [15, 18] as const) {
  describe(`the verification of a dump of PostgreSQL ${major}`, () => {
    let server: PostgresServer
    let admin: Client
    let shop: Client
    let ctx: TestContext
    let stored: CopiedDatabase
    let options: PostgresOptions
    const verify = async (of: StoredComponent, own = options): Promise<Verified> => {
      const verified = await postgresBackup(own).verify?.(ctx, of)
      assert.ok(verified !== undefined)
      rendered(...verified.notes)
      return verified
    }
    const wrongIn = ({ answers }: Verified): readonly VerifyAnswer[] =>
      answers.filter(({ status }) => status === 'fail')
    /** The backup with other facts, or other bytes, in one of its parts. */
    const forged = async (
      name: string,
      change: (whole: Buffer, facts: JsonObject) => { readonly bytes?: Buffer; readonly facts?: JsonObject },
    ): Promise<StoredComponent> => {
      const parts = await Promise.all(
        stored.parts.map(async (part) => {
          if (part.name !== name) return part
          const pieces: Uint8Array[] = []
          for await (const piece of part.read()) pieces.push(piece)
          const whole = Buffer.concat(pieces)
          const { bytes = whole, facts = part.facts } = change(whole, part.facts)
          return partOf(part.name, part.file, bytes, facts)
        }),
      )
      return { ...stored, parts }
    }
    const withRows = (rows: Readonly<Record<string, number>>): Promise<StoredComponent> =>
      forged('database', (_, all) => {
        const facts = postgresFactsSchema.parse(all)
        const tables = facts.tables.map((one) => ({ ...one, rows: rows[one.name] ?? one.rows }))
        return { facts: { ...facts, tables } }
      })
    before(async () => {
      server = await startPostgres({ major })
      admin = await connect(server.url())
      await admin.query('create role app login')
      await admin.query(`create role "a ""strange""\nrole"`)
      await admin.query('create database shop owner app')
      shop = await connect(server.url('shop'))
      await shop.query(shopSql)
      ctx = testContext({ timeoutMs: 120_000 })
      options = postgresOptionsOf(server.url('shop'), { bin: await postgresPrograms(major) })
      stored = await copyDatabase(options, ctx)
    })
    after(async () => {
      await ctx?.close()
      await shop?.end()
      await admin?.end()
      await server?.stop()
    })

    it('counts every row that was counted when it was made, in one reading, and finds sampled rows as they were', async () => {
      const reads: string[] = []
      const parts = stored.parts.map((part) => ({
        ...part,
        read: () => {
          reads.push(part.name)
          return part.read()
        },
      }))
      const verified = await verify({ ...stored, parts })
      assert.deepEqual(wrongIn(verified), [])
      assert.deepEqual(reads, ['database', 'globals'])
      const told = new Map(verified.answers.map(({ name, actual }) => [name, actual]))
      const quoted = 'rows public.with "quotes" and\nlines'
      const expected = { 'rows public.orders': '5000', 'rows public.events_1': '30', 'rows public.empty': '0' }
      for (const [name, actual] of Object.entries({
        ...expected,
        [quoted]: '2',
        'large objects': '2',
        'sequence public.down': 'there',
      }))
        assert.equal(told.get(name), actual, name)
      assert.equal(told.get('role app'), 'there')
      assert.equal(told.get('role a "strange"\nrole'), 'there')
      // Every table with a key and rows: orders, events_1, events_2, kinds, and the one of strange names.
      assert.deepEqual(
        verified.notes.map(({ code, params }) => [code, params]),
        [['postgres.verify-sampled', { rows: 64, same: 64, changed: 0, gone: 0, tables: 5 }]],
      )
    })

    it('tells what has changed in the living database as no fault of the backup', async () => {
      await shop.query('update orders set note = note || $1', [' more'])
      await shop.query(`delete from events where at < 30`)
      await shop.query('insert into events values (29, $1)', ['again'])
      await shop.query('alter table kinds rename column b to was_b')
      try {
        const verified = await verify(stored)
        assert.deepEqual(wrongIn(verified), [])
        const told = rendered(...verified.notes)
        assert.match(told, /changed since: (?:20; removed since: 20|21; removed since: 19)\n/)
        assert.match(told, /was not asked for rows of public\.kinds: altered or dropped/)
        await shop.query('truncate events_2; insert into events select g, $$x$$ from generate_series(500, 600) g')
        assert.match(rendered(...(await verify(stored)).notes), /no sampled row of .*public\.events_2 is in the living/)
      } finally {
        await shop.query('alter table kinds rename column was_b to b')
      }
    })

    it('names tables with other rows than were counted, an empty one by its own code, and what is not in it at all', async () => {
      const [fewer, ...others] = wrongIn(await verify(await withRows({ orders: 5001 })))
      assert.deepEqual(others, [])
      assert.deepEqual([fewer?.name, fewer?.expected, fewer?.actual], ['rows public.orders', '5001', '5000'])
      const [empty] = wrongIn(await verify(await withRows({ empty: 3 })))
      assert.deepEqual([empty?.failure, empty?.actual], ['table-empty', '0'])
      const more = await forged('database', (_, all) => {
        const facts = postgresFactsSchema.parse(all)
        const lost = { schema: 'public', name: 'lost', rows: 7 }
        const sequence = { schema: 'public', name: 'lost_id', value: '7', isDescending: false }
        const uncounted = { schema: 'public', name: 'uncounted', rows: null }
        const tables = [...facts.tables, lost, uncounted]
        return { facts: { ...facts, tables, sequences: [...facts.sequences, sequence], largeObjects: 3 } }
      })
      assert.deepEqual(
        wrongIn(await verify(more)).map(({ name, actual }) => `${name}: ${actual}`),
        [
          'rows public.lost: missing',
          'rows public.uncounted: missing',
          'sequence public.lost_id: missing',
          'large objects: 2',
        ],
      )
    })

    it('refuses what is no dump, or is cut anywhere, by its code', async () => {
      const failureOf = async (change: (whole: Buffer) => Buffer): Promise<string> =>
        verify(await forged('database', (whole) => ({ bytes: change(whole) }))).then(
          () => 'none',
          (error: unknown) => (error instanceof BackupError ? error.failure : String(error)),
        )
      assert.equal(await failureOf(() => Buffer.from('select 1;\n'.repeat(10))), 'assertion')
      assert.equal(await failureOf(() => Buffer.alloc(0)), 'truncated')
      for (const share of [0.01, 0.3, 0.6, 0.9, 0.9999])
        assert.equal(await failureOf((whole) => whole.subarray(0, Math.floor(whole.length * share))), 'truncated')
    })

    it('misses a role that the database has need of, and the end of the roles', async () => {
      const without = await forged('globals', (whole) => ({
        bytes: Buffer.from(whole.toString().replace('CREATE ROLE app;', '')),
      }))
      assert.deepEqual(
        wrongIn(await verify(without)).map(({ name, failure }) => [name, failure]),
        [['role app', 'role-missing']],
      )
      const cut = await forged('globals', (whole) => ({ bytes: whole.subarray(0, whole.length / 2) }))
      assert.ok(wrongIn(await verify(cut)).some(({ name }) => name === 'roles'))
    })

    it('says that a database which cannot be reached was not asked, and counts the rows all the same', async () => {
      const away = postgresOptionsOf('postgres://nobody:secret-of-the-test@127.0.0.1:1/shop')
      const verified = await verify(stored, away)
      assert.deepEqual(wrongIn(verified), [])
      assert.ok(verified.answers.some(({ name }) => name === 'rows public.orders'))
      assert.match(rendered(...verified.notes), /no row was compared with the living database/)
      assert.doesNotMatch(rendered(...verified.notes), /secret-of-the-test/)
    })

    it('writes nothing, waits for no lock, and lets no row into the evidence', async () => {
      await shop.query('begin; lock table orders')
      try {
        const told = rendered(...(await verify(stored)).notes)
        assert.match(told, /was not asked for rows of public\.orders/)
      } finally {
        await shop.query('rollback')
      }
      assert.doesNotMatch(JSON.stringify(ctx.evidence), /a note of the shop/)
    })
  })

  describe(`the verification of a dump of PostgreSQL ${major} in another encoding`, () => {
    it('knows its tables by what can be told of their names', async () => {
      const server = await startPostgres({ major })
      const ctx = testContext({ timeoutMs: 120_000 })
      try {
        const admin = await connect(server.url())
        await admin.query("create database old template template0 encoding 'LATIN1' locale 'C'")
        await admin.end()
        const old = await connect(server.url('old'))
        await old.query('create table "été" (id int primary key, "prix é" text); insert into "été" values (1, $$à$$)')
        await old.query('create table "thé é" (id int primary key); insert into "thé é" select generate_series(1, 7)')
        await old.end()
        const options = postgresOptionsOf(server.url('old'), { bin: await postgresPrograms(major) })
        const { answers } =
          (await postgresBackup(options).verify?.(ctx, await copyDatabase(options, ctx))) ?? assert.fail()
        assert.deepEqual(
          answers
            .filter(({ name }) => name.startsWith('rows'))
            .map(({ name, status, actual }) => [name, status, actual]),
          [
            ['rows public.thé é', 'pass', '7'],
            ['rows public.été', 'pass', '1'],
          ],
        )
      } finally {
        await ctx.close()
        await server.stop()
      }
    })
  })
}

const shopSql = `
  set role app;
  create table orders (id serial primary key, note text);
  insert into orders (note) select 'a note of the shop ' || g || repeat(E'\\n\\t\\\\', 5) from generate_series(1, 5000) g;
  create table "with ""quotes"" and
lines" ("a "" key" text primary key);
  insert into "with ""quotes"" and
lines" values (E'tab\\tnewline\\n'), ('\\.');
  create table empty (id int primary key);
  create table keyless (id int); insert into keyless values (1);
  create table events (at int primary key, what text) partition by range (at);
  create table events_1 partition of events for values from (0) to (30);
  create table events_2 partition of events for values from (30) to (1000);
  insert into events select g, 'x' from generate_series(0, 99) g;
  create sequence never; create sequence down increment -1 minvalue -100 maxvalue 0 start -7;
  create table kinds (a timestamptz, b numeric, c bytea, d boolean, e jsonb, f text[], g char(9), h double precision,
    i interval, j xid, k int generated always as (7) stored, primary key (a, b));
  insert into kinds values
    ('2026-01-01 10:00:00.123456+02', 1.50, '\\x00ff', true, '{"a": [1, null]}', array['a b', null, '"'], 'short', 0.1 + 0.2, '1 day 2 hours', '7'),
    ('infinity', -7, '', false, 'null', '{}', '', '-0', '-1 mon', '0');
  reset role;
  alter table kinds owner to "a ""strange""
role";
  select lo_from_bytea(4711, '\\x00010203'); select lo_create(4712);`
