import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { promisify } from 'node:util'
import { testContext } from '../../../../test/support/context.ts'
import { postgresPrograms, startPostgres } from '../../../../test/support/postgres.ts'
import { copyDatabase, postgresOptionsOf } from '../../../../test/support/postgres-backup.ts'
import { connect } from '../../../../test/support/postgres-checks.ts'
import { byHand } from './by-hand.ts'
import { factsIn } from './facts.ts'
import { startCluster } from './scratch-cluster.ts'
import { rehearsalPrograms } from './server-programs.ts'

const run = promisify(execFile)
const content = `select (select string_agg(id || note, ',' order by id) from orders) as rows, pg_get_userbyid(relowner) as owner,
  (select setconfig from pg_db_role_setting s join pg_database d on d.oid = setdatabase where datname = current_database())
  from pg_class where relname = 'orders'`

describe('the lines that restore a database by hand', () => {
  for (const major of [15, 18] as const)
    it(`give the same data on PostgreSQL ${major}, and stop where the database is there`, async () => {
      const dir = await mkdtemp(join(tmpdir(), 'vigie-by-hand-'))
      const ctx = testContext({ timeoutMs: 120_000 })
      const bin = await postgresPrograms(major)
      const server = await startPostgres({ major })
      try {
        const admin = await connect(server.url())
        await admin.query('create role app')
        await admin.query('create database shop owner app')
        await admin.query("alter database shop set work_mem = '7MB'").finally(() => admin.end())
        const shop = await connect(server.url('shop'))
        await shop.query(
          "set role app; create table orders (id serial, note text); insert into orders (note) values ('é')",
        )
        const wanted = (await shop.query(content)).rows
        await shop.end()
        const stored = await copyDatabase(postgresOptionsOf(server.url('shop'), { bin }), ctx)
        for (const part of stored.parts) await writeFile(join(dir, part.file), part.read())
        const programs = await rehearsalPrograms({ bin }, factsIn(stored), ctx)
        const cluster = await startCluster({ programs, superuser: 'postgres', scratch: dir }, ctx)
        try {
          const shell = () =>
            run('/bin/sh', ['-eu', '-c', byHand.join('\n')], {
              cwd: dir,
              env: { ...cluster.env('postgres'), PATH: `${bin}:/usr/bin:/bin` },
            })
          const { stderr } = await shell()
          assert.match(stderr, /role "postgres" already exists/)
          const copy = await cluster.connect('shop')
          assert.deepEqual((await copy.query(content)).rows, wanted)
          await copy.query("insert into orders (note) values ('kept')")
          await assert.rejects(shell(), /database "shop" already exists/)
          const { rows } = await copy.query('select count(*)::int as count from orders')
          assert.deepEqual(rows, [{ count: 2 }])
          await copy.end()
        } finally {
          await cluster.stop()
        }
      } finally {
        await ctx.close()
        await server.stop()
        await rm(dir, { recursive: true, force: true })
      }
    })
})
