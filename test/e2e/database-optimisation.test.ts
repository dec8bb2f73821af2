import assert from 'node:assert/strict'
import { it } from 'node:test'
import { runOutput } from '../../src/cli/json-shapes/runs.ts'
import { vigie } from '../support/cli.ts'
import { startPostgres } from '../support/postgres.ts'
import { connect } from '../support/postgres-checks.ts'
import { scratchSystem } from '../support/scratch-system.ts'

const looks = ['statements', 'table-sizes', 'unused-index', 'duplicate-index', 'vacuum', 'bloat']

it('[A10] the monthly routine looks at statements, tables and indexes, vacuums and rebuilds where needed, with figures before and after, once', async () => {
  const server = await startPostgres({
    settings: { shared_preload_libraries: 'pg_stat_statements', autovacuum: 'off' },
  })
  const db = {
    ...{ kind: 'postgres', url: server.url() },
    ...{ tasks: { reindex: { minGain: '1MB' } }, checks: { 'unused-index': { minStatisticsAge: 0 } } },
  }
  const monthly = { add: [...looks, 'maintain'].map((name) => `db/${name}`) }
  const config = JSON.stringify({ name: 'Shop', components: { db }, routines: { monthly } })
  const system = scratchSystem(config, 'vigie.config.json')
  const admin = await connect(server.url())
  try {
    await admin.query(`create extension pg_stat_statements; create table policies (id int primary key, code text);
      insert into policies select g, md5(g::text) from generate_series(1, 200000) g;
      create index policies_code on policies (code); create index policies_code_again on policies (code);
      delete from policies where id % 10 <> 0`)
    // What the session did is told before: told afterwards, it would count as done since the analyze.
    await admin.query('select pg_stat_force_next_flush()')
    await admin.query('analyze policies')
    const bytes = async (name: string): Promise<number> =>
      (await admin.query<{ bytes: number }>('select pg_relation_size($1::regclass)::int as bytes', [name])).rows[0]
        ?.bytes ?? 0
    const before = await bytes('policies_code')
    const { stdout, stderr, code } = await vigie(['run', 'monthly', '--yes', '--json', ...system.config])
    assert.ok(code === 0 || code === 3, stdout + stderr)
    const first = runOutput.parse(JSON.parse(stdout))
    for (const name of looks) {
      assert.ok(
        first.steps.some(({ id }) => id === `db/${name}`),
        name,
      )
    }
    const done = first.steps.flatMap(({ actions }) => actions).filter(({ status }) => status === 'done')
    const [vacuumed, rebuilt] = [/dead rows 180,000 → 0/, /MB → /].map((wanted) =>
      done.filter(({ note }) => wanted.test(note ?? '')),
    )
    assert.equal(vacuumed?.length, 1, JSON.stringify(done))
    assert.ok(
      rebuilt?.some(({ target }) => target === 'public.policies_code'),
      JSON.stringify(done),
    )
    assert.ok((await bytes('policies_code')) < before / 2)

    const again = runOutput.parse((await vigie(['run', 'monthly', '--yes', '--json', ...system.config])).json())
    assert.deepEqual(
      again.steps.flatMap(({ actions }) => actions),
      [],
    )
  } finally {
    await admin.end()
    system.remove()
    await server.stop()
  }
})
