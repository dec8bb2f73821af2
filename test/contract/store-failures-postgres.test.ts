import assert from 'node:assert/strict'
import { connect, createServer, type Socket } from 'node:net'
import { after, before, describe, test } from 'node:test'
import pg from 'pg'
import { VigieError } from '../../src/core/errors.ts'
import type { PostgresServer } from '../../src/platform/embedded-postgres.ts'
import { tcpAddress } from '../../src/platform/tcp-address.ts'
import { openStore } from '../../src/store/open.ts'
import type { Store } from '../../src/store/store.ts'
import { startPostgres } from '../support/postgres.ts'
import { until } from '../support/postgres-checks.ts'
import { at } from './store-samples.ts'

const secret = 'hunter2'

function told(code: string, text: string) {
  return (error: unknown): boolean => {
    assert.ok(error instanceof VigieError, String(error))
    assert.deepEqual([error.code, error.text.code], [code, text])
    assert.ok(error.hint !== undefined)
    assert.ok(!JSON.stringify([error.message, error.text, error.hint, String(error.cause)]).includes(secret))
    return true
  }
}
const unreachable = told('store-unwritable', 'store.unreachable')
const say = (store: Store) => store.audit.append({ at: at(0), actor: 'Ève', event: 'e', subject: {} })

describe('the PostgreSQL state where it cannot be kept', () => {
  let server: PostgresServer
  let admin: pg.Client
  before(async () => {
    server = await startPostgres()
    admin = new pg.Client({ connectionString: server.url() })
    admin.on('error', () => undefined)
    await admin.connect()
  })
  after(async () => {
    await admin.end()
    await server.stop()
  })
  const openWith = (url: string, schema = 'vigie'): Promise<Store> => openStore({ kind: 'postgres', url, schema })

  test('a wrong password, an unknown database, a closed port and no URL are told without the password', async () => {
    const urls = [
      server.url('postgres', 'postgres', secret),
      server.url('nowhere'),
      `postgres://postgres:${secret}@127.0.0.1:1/postgres`,
      `postgres://postgres:${secret}@127.0.0.1:port/postgres`,
    ]
    for (const url of urls) await assert.rejects(openWith(url), unreachable)
  })

  test('a role that may use the schema but make none opens it; one that may not is told', async () => {
    await (await openWith(server.url())).close()
    await admin.query(`create role plain login password '${secret}'`)
    await assert.rejects(openWith(server.url('postgres', 'plain', secret)), unreachable)
    await admin.query('grant usage on schema vigie to plain')
    await admin.query('grant select, insert, update, delete on all tables in schema vigie to plain')
    await admin.query('grant usage on all sequences in schema vigie to plain')
    const store = await openWith(server.url('postgres', 'plain', secret))
    assert.ok((await say(store)).seq > 0)
    await store.close()
  })

  test('a URL with a search path of its own keeps the state in our schema all the same', async () => {
    const store = await openWith(`${server.url()}?options=-c%20search_path%3Dpublic`, 'apart')
    await say(store)
    await store.close()
    const { rows } = await admin.query(`select count(*)::int as n from apart.audit`)
    assert.equal(rows[0]?.n, 1)
    const strays = await admin.query(`select tablename from pg_tables where schemaname = 'public'`)
    assert.deepEqual(strays.rows, [])
  })

  test('its connections say who they are', async () => {
    const store = await openWith(server.url(), 'named')
    const { rows } = await admin.query(`select distinct application_name as name from pg_stat_activity`)
    assert.ok(rows.some(({ name }) => name === 'vigie'))
    await store.close()
  })

  test('a state of a newer Vigie is refused', async () => {
    await (await openWith(server.url(), 'newer')).close()
    await admin.query(`insert into newer.kysely_migration values ('9999-future', '2030-01-01')`)
    await assert.rejects(openWith(server.url(), 'newer'), told('store-damaged', 'store.newer'))
  })

  test('a migration that fails on its way leaves nothing half made', async () => {
    await admin.query('create schema half; create table half.audit_head (mine text)')
    await assert.rejects(openWith(server.url(), 'half'))
    const { rows } = await admin.query(`select tablename from pg_tables where schemaname = 'half'`)
    assert.deepEqual(rows, [{ tablename: 'audit_head' }])
    await admin.query('drop table half.audit_head')
    const store = await openWith(server.url(), 'half')
    await say(store)
    await store.close()
  })

  test('a note of the head that is gone is told, and appending goes on without a hole', async () => {
    const store = await openWith(server.url(), 'lost')
    await say(store)
    await admin.query('delete from lost.audit_head')
    const seqs = (await Promise.all(Array.from({ length: 8 }, () => say(store)))).map(({ seq }) => seq)
    assert.deepEqual(
      seqs.sort((a, b) => a - b),
      [2, 3, 4, 5, 6, 7, 8, 9],
    )
    await assert.rejects(store.audit.expectedHead(), told('store-damaged', 'store.head-lost'))
    await store.close()
  })

  test('a session that the server ends is told, and the next question has a new one', async () => {
    const store = await openWith(server.url(), 'ended')
    await say(store)
    await admin.query(
      `select pg_terminate_backend(pid, 5000) from pg_stat_activity where application_name = 'vigie' and pid <> pg_backend_pid()`,
    )
    // The pool may hear of the end at once or at its next use; both are fine, a silent loss is not.
    const first = await say(store).catch((error: unknown) => unreachable(error))
    assert.ok(first)
    assert.ok((await say(store)).seq >= 2)
    await store.close()
  })

  test('a connection that breaks in the middle of a question is told, and the next question has a new one', async () => {
    await (await openWith(server.url(), 'broken')).close()
    const sockets: Socket[] = []
    const proxy = createServer((near) => {
      const far = connect(server.port, '127.0.0.1')
      sockets.push(
        near.on('error', () => far.destroy()),
        far.on('error', () => near.destroy()),
      )
      near.pipe(far).pipe(near)
    })
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
    const { port } = tcpAddress(proxy)
    const store = await openWith(server.url().replace(`:${server.port}/`, `:${port}/`), 'broken')
    await admin.query('begin')
    await admin.query('select from broken.audit_head for update')
    const said = assert.rejects(say(store), unreachable)
    await until(admin, "select 1 from pg_stat_activity where application_name = 'vigie' and wait_event_type = 'Lock'")
    for (const socket of sockets) socket.destroy()
    await said
    await admin.query('rollback')
    assert.equal((await say(store)).seq, 1)
    await store.close()
    proxy.close()
  })

  test('a database that only reads is told', async () => {
    await (await openWith(server.url(), 'still')).close()
    const store = await openWith(`${server.url()}?options=-c%20default_transaction_read_only%3Don`, 'still')
    await assert.rejects(say(store), unreachable)
    await store.close()
  })
})
