import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import { migrationTools } from '../../../scripts/provision/migration-tools.ts'
import { testContext } from '../../../test/support/context.ts'
import { startPostgres } from '../../../test/support/postgres.ts'
import { connect } from '../../../test/support/postgres-checks.ts'
import { VigieError } from '../../core/errors.ts'
import type { PostgresServer } from '../../platform/embedded-postgres.ts'
import { prismaOptions } from './options.ts'
import { prismaTool as tool } from './tool.ts'

/**
 * The engine of Prisma that is WebAssembly goes through node-postgres: it downloads nothing. The ten seconds that it gives
 * its advisory lock, never cleared, and those of an idle connection would hold each program that has done its work.
 */
const config = `
  const setTimer = globalThis.setTimeout
  globalThis.setTimeout = (then, ms, ...rest) => {
    const timer = setTimer(then, ms, ...rest)
    return ms === 10000 ? timer.unref() : timer
  }
  import { PrismaPg } from '@prisma/adapter-pg'
  export default {
    experimental: { adapter: true }, engine: 'js', schema: 'prisma/schema.prisma',
    adapter: async () => new PrismaPg({ connectionString: process.env.DATABASE_URL, allowExitOnIdle: true }),
  }`
const schema = `
  datasource db {
    provider = "postgresql"
    url      = env("DATABASE_URL")
  }
  model Booking {
    id Int @id
  }`

describe('the migrations of a Prisma project, applied by Prisma itself', () => {
  let server: PostgresServer
  let modules: string

  before(async () => {
    modules = await migrationTools()
    server = await startPostgres({ major: 18 })
  })
  after(() => server?.stop())

  async function project(name: string, over: { url?: string; lockTimeout?: string } = {}) {
    const admin = await connect(server.url())
    await admin.query(`create database ${name}`)
    await admin.end()
    const dir = mkdtempSync(join(tmpdir(), 'vigie-prisma-'))
    symlinkSync(modules, join(dir, 'node_modules'))
    mkdirSync(join(dir, 'prisma', 'migrations'), { recursive: true })
    writeFileSync(join(dir, 'package.json'), '{}')
    writeFileSync(join(dir, 'prisma.config.mjs'), config)
    writeFileSync(join(dir, 'prisma', 'schema.prisma'), schema)
    writeFileSync(join(dir, 'prisma', 'migrations', 'migration_lock.toml'), 'provider = "postgresql"\n')
    const url = over.url ?? server.url(name)
    const env = {
      DATABASE_URL: url,
      CHECKPOINT_DISABLE: '1',
      // It asks whether these files are there, and would download them; `resolve` asks the second for an exit code of 0.
      PRISMA_QUERY_ENGINE_LIBRARY: process.execPath,
      PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true',
    }
    const command: [string, ...string[]] = [process.execPath, join(modules, 'prisma', 'build', 'index.js')]
    const { lockTimeout = '5s' } = over
    const site = { dir, options: prismaOptions.parse({ kind: 'prisma', url, command, env, lockTimeout }) }
    const ctx = testContext({ timeoutMs: 120_000 })
    const file = (id: string): string => join(dir, 'prisma', 'migrations', id, 'migration.sql')
    const [node, ...rest] = command
    return {
      site,
      ctx,
      file,
      write: (id: string, sql: string): void => {
        mkdirSync(join(dir, 'prisma', 'migrations', id), { recursive: true })
        writeFileSync(file(id), sql)
      },
      states: async () => (await tool.list(site, ctx)).migrations.map(({ id, state }) => `${id} ${state}`),
      resolve: (how: string, id: string) =>
        promisify(execFile)(node, [...rest, 'migrate', 'resolve', how, id], {
          cwd: dir,
          env: { ...process.env, ...env },
        }),
      close: async (): Promise<void> => {
        await ctx.close()
        rmSync(dir, { recursive: true, force: true })
      },
    }
  }

  it('run once each; one that fails says why, holds back the rest until it is resolved, and then runs', async () => {
    const shop = await project('shop')
    const { site, ctx } = shop
    try {
      const [made = ''] = await tool.create(site, { name: 'First table', isAuto: false }, ctx)
      const first = made.split('/').at(-2) ?? ''
      appendFileSync(shop.file(first), 'create table "Booking" (id int primary key);\n')
      assert.deepEqual(await shop.states(), [`${first} pending`])
      await tool.apply(site, first, ctx)
      await tool.apply(site, first, ctx)
      assert.deepEqual(await shop.states(), [`${first} applied`])

      shop.write('90000000000001_note', 'alter table "Booking" add note text, add n int default 1 / 0;')
      shop.write('90000000000002_last', 'create table last (id int);')
      const because = (error: unknown): boolean =>
        error instanceof VigieError &&
        error.code === 'action-refused' &&
        /division by zero$/.test(String(error.text.params['detail']))
      await assert.rejects(tool.apply(site, '90000000000002_last', ctx), because)
      const [done, ...left] = [`${first} applied`, '90000000000001_note failed', '90000000000002_last pending']
      assert.deepEqual(await shop.states(), [done, ...left])
      await assert.rejects(tool.apply(site, '90000000000002_last', ctx), /P3009/)
      assert.deepEqual(await shop.states(), [done, ...left])

      await shop.resolve('--rolled-back', '90000000000001_note')
      assert.equal((await shop.states())[1], '90000000000001_note pending')
      shop.write('90000000000001_note', 'alter table "Booking" add note text;\n')
      await tool.apply(site, '90000000000002_last', ctx)
      assert.deepEqual(await shop.states(), [done, '90000000000001_note applied', '90000000000002_last applied'])
      const note = shop.file('90000000000001_note')
      writeFileSync(note, readFileSync(note, 'utf8').replaceAll('\n', '\r\n'))
      assert.equal((await shop.states())[1], '90000000000001_note applied')
      appendFileSync(note, '-- another thought\n')
      assert.equal((await shop.states())[1], '90000000000001_note drifted')
    } finally {
      await shop.close()
    }
  })

  it('wait for a lock no longer than their limit, and one resolved as applied counts as that', async () => {
    const shop = await project('waiting', { lockTimeout: '300ms' })
    const { site, ctx } = shop
    const holder = await connect(server.url('waiting'))
    try {
      shop.write('1_t', 'create table t (id int);')
      await tool.apply(site, '1_t', ctx)
      await holder.query('begin; select * from t')
      shop.write('2_t', 'alter table t add note text;')
      await assert.rejects(tool.apply(site, '2_t', ctx), /lock timeout/)
      await shop.resolve('--applied', '2_t')
      assert.deepEqual(await shop.states(), ['1_t applied', '2_t applied'])
    } finally {
      await holder.end()
      await shop.close()
    }
  })

  it('that cannot reach their database say so', async () => {
    const shop = await project('nowhere', { url: server.url('nobody_made_it') })
    try {
      shop.write('1_t', 'create table t (id int);')
      await assert.rejects(tool.list(shop.site, shop.ctx), /sql-session\.not-reached/)
      await assert.rejects(tool.apply(shop.site, '1_t', shop.ctx), /nobody_made_it.*does not exist/)
    } finally {
      await shop.close()
    }
  })
})
