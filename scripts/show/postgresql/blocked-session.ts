import assert from 'node:assert/strict'
import { startPostgres } from '../../../test/support/postgres.ts'
import { connect, until } from '../../../test/support/postgres-checks.ts'
import { scratchSystem } from '../../../test/support/scratch-system.ts'
import { step, tell, vigie } from '../parts/program.ts'

const reason = 'bookings are blocked since 02:10'

/** A forgotten transaction holds up an application: who it is, its end with approval, and who did it and why. */
export async function blockedSession(): Promise<void> {
  step('a forgotten transaction locks bookings; two requests of the application wait behind it')
  const server = await startPostgres()
  const admin = await connect(server.url())
  const system = scratchSystem(
    JSON.stringify({ name: 'Shop', components: { db: { kind: 'postgres', url: server.url() } } }),
    'vigie.config.json',
  )
  const opened = [admin]
  try {
    await admin.query(
      `create role app login password 'app'; create table bookings (id int); grant all on bookings to app`,
    )
    const as = async (application: string): Promise<typeof admin> => {
      const client = await connect(server.url('postgres', 'app', 'app'), application)
      opened.push(client)
      return client
    }
    const waiting = `select 1 from pg_stat_activity where wait_event_type = 'Lock'`
    const [forgetful, first, second] = [await as('import'), await as('api'), await as('api')]
    await forgetful.query('begin; lock table bookings')
    const answers = [first, second].map((one) => one.query('select count(*) from bookings').then(() => 'answered'))
    await until(admin, `${waiting} having count(*) = 2`, 60_000)

    step('db activity shows the root first')
    const { stdout } = await vigie(['db', 'activity', ...system.config])
    const lines = stdout.trimEnd().split('\n')
    for (const line of lines.slice(0, 5)) tell(line)
    assert.match(lines[1] ?? '', /^\d+ .*import .*holds up 2/)
    assert.match(lines[2] ?? '', /^ {2}└ \d+ .*api/)
    const locks = (await vigie(['db', 'locks', ...system.config])).stdout
    for (const line of locks.trimEnd().split('\n')) tell(line)
    assert.match(locks, /table public\.bookings +\d+ import/)

    step('db terminate ends it, but not without approval')
    const pid = /^\d+/.exec(lines[1] ?? '')?.[0] ?? assert.fail('no root')
    const asked = await vigie(['db', 'terminate', pid, '--reason', reason, ...system.config])
    for (const line of asked.stdout.trimEnd().split('\n')) tell(line)
    assert.equal(asked.code, 3)
    assert.equal((await admin.query(waiting)).rows.length, 2, 'nothing has happened yet')
    const plan = /vigie approve (\w+)/.exec(asked.stdout)?.[1] ?? assert.fail('no plan')
    const done = await vigie(['approve', plan, '--by', 'Léa', ...system.config])
    assert.equal(done.code, 0, done.stdout)
    assert.deepEqual(await Promise.all(answers), ['answered', 'answered'])
    tell('both requests are answered')

    step('the audit shows who and why')
    const audit = (await vigie(['audit', 'list', ...system.config])).stdout
    const told = audit.split('\n').filter((line) => line.includes(`session ${pid}`))
    for (const line of told) tell(line)
    assert.ok(told.some((line) => line.includes('Léa') && line.includes(reason)))
    assert.equal((await vigie(['audit', 'verify', ...system.config])).code, 0)
  } finally {
    for (const client of opened) await client.end().catch(() => undefined)
    system.remove()
    await server.stop()
  }
}
