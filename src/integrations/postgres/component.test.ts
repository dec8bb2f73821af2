import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { testContext } from '../../../test/support/context.ts'
import { startPostgres } from '../../../test/support/postgres.ts'
import { connect } from '../../../test/support/postgres-checks.ts'
import { postgresComponent } from './component.ts'

const identity = (url: string | { env: string }): string =>
  postgresComponent.identity?.(postgresComponent.options.parse({ url }), '/') ?? ''

describe('the identity of a database', () => {
  it('is the same for every way to write it, and never holds the password', () => {
    const same = [
      'postgres://app:word@localhost/shop',
      'postgresql://other:word@LOCALHOST:5432/shop',
      'postgres://127.0.0.1:5432/shop?sslmode=disable',
      'postgres:///shop?host=localhost',
    ]
    assert.deepEqual(new Set(same.map(identity)), new Set(['localhost:5432/shop']))
    assert.equal(identity('postgres://app:word@db.example.test:6432/'), 'db.example.test:6432/app')
  })
  it('is the reference of one that is named', () => assert.equal(identity({ env: 'DB' }), '{"env":"DB"}'))
  it('tells databases apart', () =>
    assert.notEqual(identity('postgres://localhost/shop'), identity('postgres://localhost/blog')))
})

describe('the files of a database', () => {
  const protectedPaths = async (url: string): Promise<readonly string[]> => {
    const ctx = testContext()
    const paths = await postgresComponent.abilities?.(postgresComponent.options.parse({ url })).protectedPaths?.(ctx)
    await ctx.close()
    return paths ?? []
  }
  it('are protected where the server says that they are, for a role that may know', async () => {
    const server = await startPostgres()
    try {
      const client = await connect(server.url())
      const { rows } = await client.query("select current_setting('data_directory') as data")
      await client.query("create role plain login password 'plain-word'")
      await client.end()
      assert.ok((await protectedPaths(server.url())).includes(rows[0].data))
      assert.ok(!(await protectedPaths(server.url('postgres', 'plain', 'plain-word'))).includes(rows[0].data))
    } finally {
      await server.stop()
    }
  })
  it('of another machine or a server that is down do not stop anybody', async () => {
    assert.deepEqual(
      await protectedPaths('postgres://nowhere.invalid/shop'),
      await protectedPaths('postgres://localhost:1/shop'),
    )
  })
})
