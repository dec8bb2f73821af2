import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type pg from 'pg'
import { dbIndexesOutput } from '../../src/cli/json-shapes/db-indexes.ts'
import type { PostgresServer } from '../../src/platform/embedded-postgres.ts'
import { vigie } from '../support/cli.ts'
import { startPostgres } from '../support/postgres.ts'
import { connect } from '../support/postgres-checks.ts'
import { type ScratchSystem, scratchSystem } from '../support/scratch-system.ts'
import { atMonthEnd, everyDay, seededAdvice, seedIndexes } from '../support/seeded-indexes.ts'

for (const major of [15, 18]) {
  describe(`the indexes of a database on PostgreSQL ${major}`, () => {
    let server: PostgresServer
    let client: pg.Client
    let system: ScratchSystem

    before(async () => {
      server = await startPostgres({ major })
      client = await connect(server.url())
      await seedIndexes(client)
      const config = {
        name: 'Shop',
        components: {
          db: { kind: 'postgres', url: server.url(), checks: { 'unused-index': { minStatisticsAge: '1ms' } } },
        },
      }
      system = scratchSystem(JSON.stringify(config), 'vigie.config.json')
    })
    after(async () => {
      await client.end()
      system.remove()
      await server.stop()
    })

    const run = (...words: string[]) => vigie([...words, ...system.config])
    const listed = async (...words: string[]) =>
      dbIndexesOutput.parse((await run('db', 'indexes', '--json', ...words)).json())
    const byAdvice = async (): Promise<Record<string, string[]>> => {
      const { indexes } = await listed()
      const named = indexes.filter(({ advice }) => advice !== null)
      return Object.fromEntries(
        Object.entries(Object.groupBy(named, ({ advice }) => advice ?? '')).map(([advice, all = []]) => [
          advice,
          all.map((one) => `${one.schema}.${one.proposedName ?? one.name}`).toSorted(),
        ]),
      )
    }

    it('are named exactly where they should be, and one that a job reads at month end is not, after a reset of the statistics', async () => {
      await atMonthEnd(client)
      assert.equal((await run('run', 'db/unused-index')).code, 0)
      await client.query('select pg_stat_reset()')
      await everyDay(client)
      assert.equal((await run('run', 'db/unused-index')).code, 0)
      assert.deepEqual(
        await byAdvice(),
        Object.fromEntries(Object.entries(seededAdvice).map(([advice, names]) => [advice, names.toSorted()])),
      )
    })

    it('have the same advice in the list as in the findings of the checks', async () => {
      for (const [advice, names] of Object.entries(seededAdvice)) {
        const { findings } = (await run('run', `db/${advice}-index`, '--json')).json()
        const subjects = findings.map(({ subject }: { subject: string }) => subject).toSorted()
        if (advice === 'missing-foreign-key') assert.equal(subjects.length, names.length)
        else assert.deepEqual(subjects, names.toSorted())
      }
    })

    it('are shown within 80 columns with what would be gained, in both languages', async () => {
      for (const [locale, text] of [
        ['en', /10 indexes could go: [\d.]+\u00a0[kM]B/],
        ['fr', /10 index pourraient disparaître\u00a0?: [\d,]+\u00a0[kM]o/],
      ] as const) {
        const words = ['db', 'indexes', '--locale', locale, ...system.config]
        const { stdout } = await vigie(words, { env: { COLUMNS: '80' } })
        assert.match(stdout, text)
        const table = stdout.split('\n').slice(0, 14)
        for (const line of table) assert.ok(line.length <= 80, line)
      }
      const { indexes, gain } = await listed('--advice', 'duplicate')
      assert.deepEqual([indexes.length, gain.bytes], [3, indexes.reduce((sum, { bytes }) => sum + bytes, 0)])
    })

    it('of a database without tables are no empty list: it may be the wrong one', async () => {
      await client.query('create database mistaken')
      const components = { db: { kind: 'postgres', url: server.url('mistaken') } }
      const mistaken = scratchSystem(JSON.stringify({ name: 'Shop', components }), 'vigie.config.json')
      try {
        const { code, stdout, stderr } = await vigie(['db', 'indexes', ...mistaken.config])
        assert.equal(code, 3, stdout)
        assert.match(stderr, /the role sees no table of the application in this database/)
      } finally {
        mistaken.remove()
      }
    })

    it('that somebody needs, or reads, or that nobody knows are not dropped, and why is said', async () => {
      for (const [name, text] of [
        ['customers_pkey', /it backs a constraint/],
        ['customers_email_key', /it backs a constraint/],
        ['mirrored_code_idx', /it backs a constraint/],
        ['orders_total_idx', /nothing says that it can go/],
        ['payments_customer_idx', /nothing says that it can go/],
        ['nothing_of_that_name', /nothing of this name is known/],
      ] as const) {
        const { code, stdout } = await run('db', 'indexes', '--drop', name, '--yes')
        assert.equal(code, 3, stdout)
        assert.match(stdout, text)
        assert.match(stdout, /vigie db indexes/)
      }
      assert.equal((await run('db', 'indexes', '--drop', 'a', '--create', 'b')).code, 2)
    })

    it('are dropped only with consent, as the plan showed, and can be created again as they were', async () => {
      const definition = async (): Promise<string | undefined> =>
        (await client.query<{ ddl: string }>(`select pg_get_indexdef(to_regclass('"MixedCase"')) as ddl`)).rows[0]?.ddl
      const was = await definition()
      const asked = await run('db', 'indexes', '--drop', 'public.MixedCase')
      assert.equal(asked.code, 3, asked.stdout)
      assert.equal(await definition(), was)
      const plan = /vigie approve (\w+)/.exec(asked.stdout)?.[1] ?? ''
      const done = await run('approve', plan, '--by', 'Léa')
      assert.equal(done.code, 0, done.stdout + done.stderr)
      assert.equal((await definition()) ?? null, null)
      assert.match((await run('audit', 'list')).stdout, /Léa/)

      const watched = (await run('run', 'db/dropped-index', '--json')).json()
      assert.equal(watched.steps[0].status, 'pass')
      assert.equal(watched.steps[0].measurements.dropped_indexes, 1)

      const again = await run('db', 'indexes', '--recreate', 'MixedCase', '--yes')
      assert.equal(again.code, 0, again.stdout)
      assert.equal(await definition(), was)
      assert.match((await run('db', 'indexes', '--recreate', 'MixedCase', '--yes')).stdout, /not among the indexes/)
    })

    it('with a hostile name, of a partitioned table, or missing are dropped and created, and nothing else', async () => {
      const tables = async (): Promise<unknown> =>
        (await client.query("select count(*) from pg_class where relkind in ('r', 'p')")).rows[0]?.count
      const before = await tables()
      const names = [seededAdvice['unused']?.[0]?.slice('public.'.length) ?? '', 'events_at_idx']
      for (const name of names) {
        const { code, stdout } = await run('db', 'indexes', '--drop', name, '--yes')
        assert.equal(code, 0, stdout)
      }
      for (const name of seededAdvice['missing-foreign-key'] ?? []) {
        const { code, stdout } = await run('db', 'indexes', '--create', name.slice('public.'.length), '--yes')
        assert.equal(code, 0, stdout)
      }
      const { indexes } = await listed()
      assert.ok(!indexes.some(({ name }) => names.includes(name)))
      assert.deepEqual((await listed('--advice', 'missing-foreign-key')).indexes, [])
      assert.equal(await tables(), before)
    })

    it('that are dropped and then missed are a finding that says how to bring them back', async () => {
      assert.equal((await run('db', 'indexes', '--drop', 'customers_phone_idx', '--yes')).code, 0)
      for (let n = 0; n < 60; n++) await client.query(`select count(*) from customers where phone = 'p${n}'`)
      system.write(
        'vigie.config.json',
        JSON.stringify({
          name: 'Shop',
          components: { db: { kind: 'postgres', url: server.url(), checks: { 'dropped-index': { watchAtLeast: 0 } } } },
        }),
      )
      const deadline = performance.now() + 60_000
      for (;;) {
        const { findings } = (await run('run', 'db/dropped-index', '--json')).json()
        const subjects = findings.map(({ subject }: { subject: string }) => subject)
        if (subjects.includes('public.customers_phone_idx')) {
          assert.match(findings[0].remedy, /vigie db indexes --recreate/)
          return
        }
        assert.ok(performance.now() < deadline, JSON.stringify(subjects))
      }
    })
  })
}
