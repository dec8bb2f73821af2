import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type PostgresVolume, postgresVolume } from '../../../test/support/postgres-volume.ts'
import { dumped, storedAs, type VolumeWorld, volumeWorld } from '../../../test/support/volume-world.ts'
import { BackupError } from '../../core/backup.ts'
import { readFacts } from './facts/volume-facts.ts'

/** Rows whose insert was answered; the application connects again when its server was stopped. */
class Application {
  acknowledged = 0
  #isOver = false
  readonly #postgres: PostgresVolume
  #running: Promise<void> | undefined

  constructor(postgres: PostgresVolume) {
    this.#postgres = postgres
  }

  start(): void {
    this.#running = this.#run()
  }

  async end(): Promise<void> {
    this.#isOver = true
    await this.#running
  }

  async #run(): Promise<void> {
    while (!this.#isOver) {
      const next = this.acknowledged + 1
      await this.#postgres.query('db', `insert into orders values (${next}) on conflict do nothing`).then(
        () => {
          this.acknowledged = next
        },
        () => new Promise((resolve) => setTimeout(resolve, 20)),
      )
    }
  }
}

describe('a volume with data of PostgreSQL', { concurrency: 1 }, () => {
  let world: VolumeWorld
  let postgres: PostgresVolume
  let application: Application
  before(async () => {
    world = await volumeWorld()
    postgres = await postgresVolume(world, 'pgdata')
    await postgres.serve('db', 'pgdata')
    await postgres.query('db', 'create table orders (id int primary key)')
    application = new Application(postgres)
    application.start()
  })
  after(async () => {
    await application?.end()
    await world?.close()
    await postgres?.close()
  })

  const startedAt = async (): Promise<string> =>
    (await world.engine.docker('inspect', '--format', '{{.State.StartedAt}}', 'db')).trim()

  for (const how of ['stop', 'pause'] as const) {
    it(`[B13] is ${how === 'stop' ? 'stopped' : 'paused'} for its copy, comes up again, and the copy starts with every row that was acknowledged`, async () => {
      const { ctx, backupOf, stateOf, engine } = world
      const backup = backupOf('pgdata', how === 'stop' ? {} : { whileInUse: 'pause' })
      const { parts, notes } = await backup.survey(ctx)
      assert.equal(parts[0]?.effect, 'disrupt')
      assert.ok(notes.some(({ params }) => params['how'] === how && params['isPostgres'] === true))
      const began = await startedAt()
      const acknowledged = application.acknowledged
      const states = new Set<string>()
      const pieces: Buffer[] = []
      const made = await backup.dump(ctx, 'volume', async (piece) => {
        if (states.size === 0) states.add(await stateOf('db'))
        pieces.push(Buffer.from(piece))
      })
      assert.deepEqual([...states], [how === 'stop' ? 'exited' : 'paused'])
      const facts = readFacts(made.facts)
      assert.deepEqual(facts?.postgres, [{ folder: 'data', version: '18' }])
      assert.equal(facts?.quiet, how)
      assert.equal(await stateOf('db'), 'running')
      assert.equal((await startedAt()) === began, how === 'pause')

      const stored = storedAs(Buffer.concat(pieces), made.facts)
      const to = `copy_${how}`
      for (const action of await backup.planRestore(ctx, stored, { over: false, to, only: [] }))
        await backup.restore(ctx, stored, action)
      await postgres.serve(to, to)
      const [row] = await postgres.query(to, 'select count(*)::int as count, max(id) as max from orders')
      assert.ok(Number(row?.['count']) >= acknowledged, `${row?.['count']} of ${acknowledged} rows`)
      assert.equal(row?.['count'], row?.['max'], 'no row is missing in between')
      assert.deepEqual(await postgres.query(to, 'select * from pg_stat_database where checksum_failures > 0'), [])
      await engine.docker('rm', '-f', to)
    })
  }

  it('[B13] is never copied live: that is refused, and sends to a dump of the database', async () => {
    const { ctx, backupOf, stateOf } = world
    const backup = backupOf('pgdata', { whileInUse: 'live' })
    const began = await startedAt()
    let pieces = 0
    const isRefused = (error: unknown): boolean =>
      error instanceof BackupError && error.code === 'action-refused' && error.text.code === 'volume.postgres-live'
    await assert.rejects(backup.survey(ctx), isRefused)
    await assert.rejects(
      backup.dump(ctx, 'volume', async () => void pieces++),
      isRefused,
    )
    assert.equal(pieces, 0)
    assert.deepEqual([await stateOf('db'), await startedAt()], ['running', began])
  })

  it('does not count when its server was killed instead of shut down', async () => {
    const { ctx, backupOf, stateOf, engine } = world
    // A stopped shutdown: PostgreSQL waits for its clients at SIGTERM, and is killed when its time is over.
    await engine.docker('rm', '-f', 'db')
    await postgres.serve('db', 'pgdata')
    await engine.docker('kill', '--signal', 'STOP', 'db')
    const backup = backupOf('pgdata', { stopWithin: '1s' })
    await assert.rejects(
      dumped(backup, ctx),
      (error: unknown) => error instanceof Error && /not-clean/.test(error.message),
    )
    assert.equal(await stateOf('db'), 'running')
  })

  it('that nobody runs, but whose server was killed once, is copied and said to recover', async () => {
    const { ctx, backupOf, engine } = world
    await application.end()
    await engine.docker('kill', 'db')
    const { dumped: made } = await dumped(backupOf('pgdata'), ctx)
    assert.ok(made.notes.some(({ code }) => code === 'volume.crashed-data'))
    assert.equal(made.facts['quiet'], 'none')
  })

  it('whose tablespace or log lies outside of it is refused: its copy would not start', async () => {
    const { ctx, backupOf, inside } = world
    await inside('pgdata', 'ln -s /elsewhere/space /v/data/pg_tblspc/16400')
    await assert.rejects(
      dumped(backupOf('pgdata'), ctx),
      (error: unknown) => error instanceof BackupError && error.text.code === 'volume.spread-data',
    )
  })
})
