import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { migrationTools } from '../../../scripts/provision/migration-tools.ts'
import { testContext } from '../../../test/support/context.ts'
import { startPostgres } from '../../../test/support/postgres.ts'
import { connect } from '../../../test/support/postgres-checks.ts'
import { VigieError } from '../../core/errors.ts'
import type { PostgresServer } from '../../platform/embedded-postgres.ts'
import { knexOptions } from './options.ts'
import { knexTool as tool } from './tool.ts'

describe('the migrations of a Knex project', () => {
  let server: PostgresServer
  let modules: string

  before(async () => {
    modules = await migrationTools()
    server = await startPostgres({ major: 18 })
  })
  after(() => server?.stop())

  async function project(name: string, url?: string) {
    const admin = await connect(server.url())
    await admin.query(`create database ${name}`)
    await admin.end()
    const dir = mkdtempSync(join(tmpdir(), 'vigie-knex-'))
    mkdirSync(join(dir, 'migrations'))
    symlinkSync(modules, join(dir, 'node_modules'))
    writeFileSync(join(dir, 'package.json'), '{}')
    writeFileSync(
      join(dir, 'knexfile.js'),
      `console.log('this application prints'); module.exports = { development: { client: 'pg', connection: process.env.DATABASE_URL } }`,
    )
    const env = { DATABASE_URL: url ?? server.url(name) }
    const ctx = testContext({ timeoutMs: 60_000 })
    const site = { dir, options: knexOptions.parse({ kind: 'knex', node: process.execPath, env }) }
    const write = (file: string, up: string, down = ''): void =>
      writeFileSync(
        join(dir, 'migrations', file),
        `exports.up = async (knex) => { ${up} }; exports.down = async (knex) => { ${down} }`,
      )
    const states = async (): Promise<string[]> =>
      (await tool.list(site, ctx)).migrations.map(({ id, state }) => `${id} ${state}`)
    const tables = async (): Promise<string[]> => {
      const client = await connect(server.url(name))
      const { rows } = await client.query<{ t: string }>(
        `select table_name as t from information_schema.tables where table_schema = 'public' order by 1`,
      )
      await client.end()
      return rows.map(({ t }) => t)
    }
    const close = async (): Promise<void> => {
      await ctx.close()
      rmSync(dir, { recursive: true, force: true })
    }
    return { dir, ctx, site, write, states, tables, close }
  }

  it('are listed without making a table, applied up to one, and taken back', async () => {
    const shop = await project('shop')
    try {
      const { site, ctx } = shop
      shop.write(
        '1_a.js',
        `await knex.schema.createTable('a', (t) => t.increments())`,
        `await knex.schema.dropTable('a')`,
      )
      shop.write(
        '2_b.js',
        `await knex.schema.createTable('b', (t) => t.increments())`,
        `await knex.schema.dropTable('b')`,
      )
      shop.write('3_c.js', `await knex.schema.createTable('c', (t) => t.increments())`)
      assert.deepEqual(await shop.states(), ['1_a.js pending', '2_b.js pending', '3_c.js pending'])
      assert.deepEqual(await shop.tables(), [])
      await tool.apply(site, '1_a.js', ctx)
      await tool.apply(site, '2_b.js', ctx)
      assert.deepEqual(await shop.states(), ['1_a.js applied', '2_b.js applied', '3_c.js pending'])
      const [last] = (await tool.revertible?.(site, 1, ctx)) ?? []
      assert.equal(last?.id, '2_b.js')
      await tool.revert?.(site, '2_b.js', ctx)
      assert.deepEqual(await shop.states(), ['1_a.js applied', '2_b.js pending', '3_c.js pending'])
      assert.deepEqual(await shop.tables(), ['a', 'knex_migrations', 'knex_migrations_lock'])
      const [made = ''] = await tool.create(site, { name: 'more notes', isAuto: false }, ctx)
      assert.match(made, /^migrations\/\d+_more_notes\.js$/)
      assert.equal((await tool.pendingSql(site, '3_c.js', ctx)).ok, false)
    } finally {
      await shop.close()
    }
  })

  it('that fail leave nothing; a lost file and a held lock are told', async () => {
    const shop = await project('failing')
    try {
      const { site, ctx } = shop
      shop.write('1_a.js', `await knex.schema.createTable('a', (t) => t.increments())`)
      shop.write(
        '2_bad.js',
        `await knex.schema.createTable('half', (t) => t.increments()); await knex.raw('select 1 / 0')`,
      )
      await tool.apply(site, '1_a.js', ctx)
      await assert.rejects(tool.apply(site, '2_bad.js', ctx), /division by zero/)
      const statement = `insert into a (id) values (1 / 0), ${'(null), '.repeat(200)}(null)\n`
      shop.write(
        '2_bad.js',
        `await knex.schema.createTable('half', (t) => t.increments()); await knex.raw(\`${statement}\`)`,
      )
      await assert.rejects(tool.apply(site, '2_bad.js', ctx), (error: unknown) => {
        assert.ok(error instanceof VigieError)
        assert.equal(error.text.params['detail'], 'division by zero')
        return true
      })
      assert.deepEqual(await shop.states(), ['1_a.js applied', '2_bad.js pending'])
      assert.ok(!(await shop.tables()).includes('half'))
      rmSync(join(shop.dir, 'migrations', '1_a.js'))
      assert.deepEqual(await shop.states(), ['2_bad.js pending', '1_a.js unknown'])
      const client = await connect(server.url('failing'))
      await client.query('update knex_migrations_lock set is_locked = 1')
      await client.end()
      assert.deepEqual(
        (await tool.list(site, ctx)).notes.map(({ code }) => code),
        ['knex.locked'],
      )
    } finally {
      await shop.close()
    }
  })

  it('that cannot be seen are no answer: a wrong password, no Knex', async () => {
    const shop = await project('unseen', server.url('postgres', 'postgres', 'wrong'))
    const code = (expected: string) => (error: unknown) => error instanceof VigieError && error.code === expected
    try {
      await assert.rejects(tool.list(shop.site, shop.ctx), code('database-unavailable'))
      rmSync(join(shop.dir, 'node_modules'))
      await assert.rejects(tool.list(shop.site, shop.ctx), code('tool-missing'))
    } finally {
      await shop.close()
    }
  })
})
