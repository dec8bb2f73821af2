import assert from 'node:assert/strict'
import { existsSync, globSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, beforeEach, describe, it } from 'node:test'
import type pg from 'pg'
import { startPostgres } from '../../../../test/support/postgres.ts'
import { connect } from '../../../../test/support/postgres-checks.ts'
import { bothLanguages, countOf, refusalOf, retention, ruleOf } from '../../../../test/support/retention.ts'
import type { PostgresServer } from '../../../platform/embedded-postgres.ts'
import { createParquetProcess, type TextColumns } from '../../../platform/parquet-process.ts'

for (const major of [15, 18]) {
  describe(`retention into Parquet files from PostgreSQL ${major}`, () => {
    let server: PostgresServer
    let client: pg.Client
    let dir: string
    before(async () => {
      server = await startPostgres({ major })
      client = await connect(server.url())
      await client.query(`set timezone = 'UTC'`)
      dir = mkdtempSync(join(tmpdir(), 'vigie-parquet-'))
    })
    after(async () => {
      await client.end()
      await server.stop()
      rmSync(dir, { recursive: true })
    })
    beforeEach(async () => {
      rmSync(join(dir, 'archive'), { recursive: true, force: true })
      await client.query(`
        drop table if exists logs;
        create table logs (id bigint primary key, at timestamptz, day date default '2020-02-29', local timestamp default '2020-01-01 00:00:00.000001',
          "Note; drop" text, price numeric(12, 3), free numeric, doc jsonb, doc2 json, raw bytea, tags text[], span tstzrange, f float8, g float4,
          ok bool, zone timetz, u uuid default gen_random_uuid(), c char(5) default 'ab', s smallint default -3);
        insert into logs (id, at, "Note; drop", price, free, doc, doc2, raw, tags, span, f, g, ok, zone)
        select n, now() - n * interval '2 hours' + interval '0.123456 s', case n % 3 when 0 then null when 1 then '' else E'é"\\\\,\\n' || n end,
          n / 7.0, n / 7.0, '{"a": [1, null]}', '{"b":  1}', '\\x00ff', array['a,"', null], tstzrange(now(), null), 1e-7 / n, n / 3.0, n % 2 = 0,
          '12:00:00.5+02' from generate_series(1, 900) n;
        update logs set f = 'NaN', g = '-Infinity' where id = 880`)
    })
    const logs = { table: 'logs', age: 'at', keep: '30d', batch: 150 }
    const rules = { logs: ruleOf(logs, { parquet: './archive' }) }
    const task = () => retention(server.url(), rules, {}, dir)
    const files = () => globSync('archive/logs/*/*.parquet', { cwd: dir }).map((name) => join(dir, name))
    const read = async (columns: readonly string[]): Promise<TextColumns> => {
      const process = createParquetProcess()
      try {
        const all: (string | null)[][] = columns.map(() => [])
        for (const file of files())
          for (const [index, values] of (await process.ask({ op: 'read', file, columns })).entries())
            all[index]?.push(...values)
        return all
      } finally {
        await process.close()
      }
    }

    it('holds every value exactly in files by day, and only then lets the rows go', async () => {
      const old = `logs where at < date_trunc('day', now() - interval '30 days')`
      const columns = ['id', 'price', 'free', 'doc', 'raw', 'tags', 'span', 'f', 'Note; drop', 'local', 'c', 'u']
      const list = columns.map((name) => `"${name}"::text`).join(', ')
      const { rows } = await client.query<{ row: (string | null)[] }>(
        `select array[${list}] as row from ${old} order by id`,
      )
      assert.ok(rows.length > 500)
      const [action] = await task().plan()
      assert.match(bothLanguages(action?.summary ?? assert.fail()), /logs: move \d+ rows .* to .*archive\/logs/)
      assert.equal(action?.effect, 'destroy')
      assert.equal(existsSync(join(dir, 'archive')), false, 'a plan makes nothing')
      await task().execute(action)
      assert.equal(await countOf(client, 'logs'), 900 - rows.length)
      const held = await read(columns)
      const byId = held[0]
        ?.map((_, index) => held.map((column) => column[index] ?? null))
        .toSorted((a, b) => Number(a[0]) - Number(b[0]))
      const f = columns.indexOf('f')
      const sameF = (row: readonly (string | null)[]) =>
        row.map((value, index) => (index === f ? Number(value) : value))
      assert.deepEqual(
        byId?.map(sameF),
        rows.map(({ row }) => sameF(row)),
      )
      for (const file of files()) assert.match(dirname(file), /\/\d{4}-\d\d-\d\d$/)
      const [manifest = ''] = globSync('archive/logs/manifest-*.json', { cwd: dir })
      const told: { columns: { name: string; isText: boolean }[] } = JSON.parse(
        readFileSync(join(dir, manifest), 'utf8'),
      )
      assert.deepEqual(
        told.columns.filter(({ isText }) => isText).map(({ name }) => name),
        ['free', 'doc', 'doc2', 'raw', 'tags', 'span', 'zone'],
      )
      assert.deepEqual(await task().plan(), [])
    })

    it('decides on what a run left that was killed: drops files of rows that are there, keeps those of rows that are gone', async () => {
      await client.query('drop table if exists saved; create table saved as table logs')
      await task().run()
      const [gone] = await read(['id'])
      const idsOf = async (file: string): Promise<readonly (string | null)[]> => {
        const process = createParquetProcess()
        try {
          return (await process.ask({ op: 'read', file, columns: ['id'] }))[0] ?? []
        } finally {
          await process.close()
        }
      }
      const [first = '', second = '', third = ''] = files()
      // As if it was killed after the transaction, before the file had its name.
      renameSync(first, `${first}.pending`)
      // As if it was killed before the transaction ended.
      const again = await idsOf(second)
      await client.query('insert into logs select * from saved where id = any ($1)', [again])
      renameSync(second, `${second}.pending`)
      assert.equal((await task().plan()).length, 1, 'that is work too')
      await task().run()
      const [ids] = await read(['id'])
      assert.deepEqual(ids?.toSorted(), gone?.toSorted())
      assert.ok(existsSync(first))
      // As if somebody had changed rows since.
      const [one] = await idsOf(third)
      await client.query('insert into logs select * from saved where id = $1', [one])
      renameSync(third, `${third}.pending`)
      assert.match(await refusalOf(task().run()), /neither wholly in the table nor wholly gone.*part-/)
      assert.ok(existsSync(`${third}.pending`))
      assert.equal(await countOf(client, `logs where id = ${one}`), 1)
    })

    it('does not take rows for gone that were changed after a run was killed before its transaction ended', async () => {
      await client.query('drop table if exists saved; create table saved as table logs')
      await task().run()
      const [file = ''] = files()
      const [, day = ''] = /(\d{4}-\d\d-\d\d)\/part-/.exec(file) ?? []
      await client.query(`insert into logs select * from saved where at::date = $1::date`, [day])
      await client.query(`update logs set ok = not ok where at::date = $1::date`, [day])
      const own = globSync(`archive/logs/${day}/*.parquet`, { cwd: dir }).map((name) => join(dir, name))
      for (const one of own) renameSync(one, `${one}.pending`)
      assert.match(await refusalOf(task().run()), /neither wholly in the table nor wholly gone.*part-/)
      assert.equal(existsSync(file), false)
    })

    it('refuses a folder that another component keeps its rows in, whose unfinished file it leaves alone', async () => {
      await client.query('drop table if exists saved; create table saved as table logs')
      await task().run()
      const [file = ''] = files()
      renameSync(file, `${file}.pending`)
      // A copy of the database would hold the rows of that file, and take them for never deleted.
      await client.query('drop table logs; alter table saved rename to logs; alter table logs add primary key (id)')
      const copy = retention(server.url(), rules, {}, dir, 'copy')
      assert.match(await refusalOf(copy.run()), /holds rows of another component.*archive\/logs: test\/it/)
      assert.ok(existsSync(`${file}.pending`))
      assert.equal(await countOf(client, 'logs'), 900)
    })

    it('takes the batch back when a value is not held exactly, names what to do, and leaves no file', async () => {
      await client.query(`update logs set local = '0044-03-15 BC' where id = 890`)
      const told = await refusalOf(task().run())
      assert.match(told, /asText/)
      assert.equal(await countOf(client, 'logs where id = 890'), 1)
      const texts = { logs: ruleOf(logs, { parquet: './archive', asText: ['local'] }) }
      await retention(server.url(), texts, {}, dir).run()
      assert.equal(await countOf(client, 'logs where id = 890'), 0)
      const [ids] = await read(['id'])
      assert.equal(new Set(ids).size, ids?.length)
      assert.equal(Number(ids?.length) + (await countOf(client, 'logs')), 900)
      assert.deepEqual(globSync('archive/**/*.{pending,part}', { cwd: dir }), [])
    })

    it('refuses a folder that cannot be written before anything is touched', async () => {
      writeFileSync(join(dir, 'file'), '')
      const nowhere = { logs: ruleOf(logs, { parquet: './file/below' }) }
      const told = await retention(server.url(), nowhere, {}, dir).refusal()
      assert.match(told, /the folder cannot be written/)
      assert.equal(await countOf(client, 'logs'), 900)
    })
  })
}
