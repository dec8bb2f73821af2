import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type pg from 'pg'
import { dbActivityOutput } from '../../src/cli/json-shapes/db.ts'
import type { PostgresServer } from '../../src/platform/embedded-postgres.ts'
import { vigie } from '../support/cli.ts'
import { startPostgres } from '../support/postgres.ts'
import { connect, until } from '../support/postgres-checks.ts'
import { type ScratchSystem, scratchSystem } from '../support/scratch-system.ts'

describe('a session that holds up others', () => {
  let server: PostgresServer
  let system: ScratchSystem
  let [root, waiter]: pg.Client[] = []

  before(async () => {
    server = await startPostgres()
    const admin = await connect(server.url())
    await admin.query(
      `create role app login password 'app'; create table bookings (id int); grant all on bookings to app`,
    )
    await admin.end()
    const config = { name: 'Shop', components: { db: { kind: 'postgres', url: server.url() } } }
    system = scratchSystem(JSON.stringify(config), 'vigie.config.json')
    root = await connect(server.url('postgres', 'app', 'app'), 'worker')
    waiter = await connect(server.url('postgres', 'app', 'app'), 'api')
    await root.query('begin; lock table bookings')
    waiter.query('select * from bookings where id = 4711').catch(() => undefined)
    await until(root, `select 1 from pg_stat_activity where application_name = 'api' and wait_event_type = 'Lock'`)
  })
  after(async () => {
    await root?.end().catch(() => undefined)
    await waiter?.end().catch(() => undefined)
    system.remove()
    await server.stop()
  })

  const pidOf = async (application: string): Promise<number | undefined> => {
    const { sessions } = dbActivityOutput.parse((await vigie(['db', 'activity', '--json', ...system.config])).json())
    return sessions.find((one) => one.application === application)?.pid
  }

  it('stands first, with who waits for it below, without literals, in both languages', async () => {
    const { sessions } = dbActivityOutput.parse((await vigie(['db', 'activity', '--json', ...system.config])).json())
    assert.deepEqual(
      sessions.slice(0, 2).map(({ application, holdsUp, blockers }) => [application, holdsUp, blockers.length]),
      [
        ['worker', 1, 0],
        ['api', 0, 1],
      ],
    )
    for (const locale of ['en', 'fr']) {
      const { stdout } = await vigie(['db', 'activity', '--locale', locale, ...system.config])
      const [, first = '', second = ''] = stdout.split('\n')
      assert.match(first, locale === 'en' ? /idle in transaction, holds up 1/ : /idle in transaction, en bloque 1/)
      assert.match(second, /└ .*select \* from/)
      assert.doesNotMatch(stdout, /4711/)
    }
  })

  it('is ended only with consent, and the audit shows who did it and why', async () => {
    const pid = String(await pidOf('worker'))
    const asked = await vigie(['db', 'terminate', pid, '--reason', 'bookings are blocked', ...system.config])
    assert.equal(asked.code, 3, asked.stderr)
    const plan = /vigie approve (\w+)/.exec(asked.stdout)?.[1] ?? ''
    assert.match(plan, /^[0-9a-f]{10}$/, asked.stdout)
    assert.ok(await pidOf('worker'))
    const done = await vigie(['approve', plan, '--by', 'Léa', ...system.config])
    assert.equal(done.code, 0, done.stdout + done.stderr)
    assert.equal(await pidOf('worker'), undefined)
    const audit = await vigie(['audit', 'list', ...system.config])
    assert.match(audit.stdout, /Léa/)
    assert.match(audit.stdout, new RegExp(`session ${pid}: app worker — bookings are blocked`))
  })

  it('that is none is told, with how to see which there are', async () => {
    for (const [pid, code, text] of [
      ['2147483000', 3, /there is no session 2147483000/],
      ['x', 2, /"x" is not the number of a session/],
    ] as const) {
      const { code: exit, stdout, stderr } = await vigie(['db', 'terminate', pid, '--yes', ...system.config])
      assert.equal(exit, code, stdout + stderr)
      assert.match(stdout + stderr, text)
      assert.match(stdout + stderr, /vigie db activity/)
    }
  })

  it('of a superuser, or of a backup, is left alone', async () => {
    const admin = await connect(server.url(), 'psql')
    const dump = await connect(server.url('postgres', 'app', 'app'), 'pg_dump')
    try {
      for (const [application, text] of [
        ['psql', /it is of a superuser/],
        ['pg_dump', /it makes a backup/],
      ] as const) {
        const pid = String(await pidOf(application))
        const { code, stdout } = await vigie(['db', 'terminate', pid, '--yes', ...system.config])
        assert.equal(code, 3, stdout)
        assert.match(stdout, text)
      }
      assert.ok((await admin.query('select 1')).rows.length + (await dump.query('select 1')).rows.length === 2)
    } finally {
      await admin.end()
      await dump.end()
    }
  })
})
