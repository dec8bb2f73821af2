import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type pg from 'pg'
import { dbQueriesExplainOutput, dbQueriesOutput } from '../../src/cli/json-shapes/db-queries.ts'
import type { PostgresServer } from '../../src/platform/embedded-postgres.ts'
import { vigie } from '../support/cli.ts'
import { startPostgres } from '../support/postgres.ts'
import { connect } from '../support/postgres-checks.ts'
import { type ScratchSystem, scratchSystem } from '../support/scratch-system.ts'

const rows = 'select id, name from guests order by id limit 50'
const byId = 'select name from guests where id = $1'

describe('the statements of a database', () => {
  let server: PostgresServer
  let system: ScratchSystem
  let app: pg.Client

  before(async () => {
    server = await startPostgres({ settings: { shared_preload_libraries: 'pg_stat_statements' } })
    const admin = await connect(server.url())
    await admin.query(`
      create extension pg_stat_statements; create role app login password 'app';
      create table guests (id int primary key, name text); grant all on guests to app;
      insert into guests select n, 'guest ' || n from generate_series(1, 500) n; analyze guests`)
    await admin.end()
    const config = { name: 'Shop', components: { db: { kind: 'postgres', url: server.url() } } }
    system = scratchSystem(JSON.stringify(config), 'vigie.config.json')
    app = await connect(server.url('postgres', 'app', 'app'), 'shop')
  })
  after(async () => {
    await app.end()
    system.remove()
    await server.stop()
  })

  it('are compared with an earlier look: the first one says so, and is kept', async () => {
    const first = await vigie(['db', 'queries', ...system.config])
    assert.equal(first.code, 3, first.stdout + first.stderr)
    assert.match(first.stderr, /first look/)
    const french = await vigie(['db', 'queries', '--locale', 'fr', ...system.config])
    assert.equal(french.code, 0, french.stderr)
    assert.match(french.stdout, /Aucune requête de l'application pendant ce temps\./)
  })

  it('are shown with their share, and what looks like N+1, within the terminal, in both languages', async () => {
    for (let n = 0; n < 10; n++) await app.query(rows)
    for (let n = 0; n < 500; n++) await app.query(byId, [n + 1])
    await app.query("select count(*), pg_sleep(0.3) from guests where name <> 'anna@example.test'")
    const answer = await vigie(['db', 'queries', '--order', 'calls', '--json', ...system.config])
    const { queries, notes } = dbQueriesOutput.parse(answer.json())
    assert.deepEqual(
      queries.map(({ calls, user, isRepeated }) => [calls, user, isRepeated]),
      [
        [500, 'app', true],
        [10, 'app', false],
        [1, 'app', false],
      ],
    )
    assert.ok((queries[2]?.timeShare ?? 0) > 0.5)
    assert.match(notes.join('\n'), /Since .* \(asked for: 1.d; no look nearer to it is kept\)/)
    for (const locale of ['en', 'fr']) {
      const { stdout, code } = await vigie(['db', 'queries', '--locale', locale, ...system.config], {
        env: { COLUMNS: '80' },
      })
      assert.equal(code, 0)
      const lines = stdout.split('\n')
      const table = lines.slice(0, 4)
      assert.ok(
        table.every((line) => line.length <= 80),
        stdout,
      )
      assert.match(lines[0] ?? '', locale === 'en' ? /^id +time +calls +mean/ : /^id +temps +appels +moyenne/)
      assert.match(lines[1] ?? '', /^[0-9a-f]{8} .*select count/)
      assert.match(
        stdout,
        locale === 'en' ? /once for each row of another \(N\+1\)/ : /une fois par ligne d'une autre \(N\+1\)/,
      )
      assert.doesNotMatch(stdout, /anna/)
    }
  })

  it('have a plan by the number that is shown', async () => {
    const { stdout } = await vigie(['db', 'queries', '--order', 'calls', ...system.config])
    const id = /^([0-9a-f]{8}) .*select name/m.exec(stdout)?.[1] ?? ''
    const text = await vigie(['db', 'queries', '--explain', id, ...system.config])
    assert.match(text.stdout, /Index Scan using guests_pkey on guests/)
    const json = await vigie(['db', 'queries', '--explain', id, '--json', ...system.config])
    assert.match(dbQueriesExplainOutput.parse(json.json()).plan.lines.join('\n'), /Index Cond: \(id = \$1\)/)
  })

  it('are not shown for what cannot be understood, with what can', async () => {
    for (const [words, text] of [
      [['--since', 'soon'], /no span of time: write 1h/],
      [['--since', '400d'], /no span of time/],
      [['--order', 'best'], /none of: time, mean, calls, temp, regression/],
      [['--limit', '0'], /whole number/],
    ] as const) {
      const { code, stderr } = await vigie(['db', 'queries', ...words, ...system.config])
      assert.equal(code, 2, stderr)
      assert.match(stderr, text)
    }
    const unknown = await vigie(['db', 'queries', '--explain', 'drop table guests', ...system.config])
    assert.equal(unknown.code, 3)
    assert.match(unknown.stderr, /knows no statement.*vigie db queries/s)
  })

  it('are seen by a routine too, and the extension that is missing makes no pass of it', async () => {
    const run = await vigie(['run', 'db/statements', '--json', ...system.config])
    const [step] = run.json().steps
    assert.equal(step.status, 'warn', run.stdout)
    assert.match(step.summary, /1 statement looks like N\+1/)
    const admin = await connect(server.url())
    await admin.query('drop extension pg_stat_statements')
    await admin.end()
    const gone = await vigie(['run', 'db/statements', '--json', ...system.config])
    assert.equal(gone.json().steps[0].status, 'skipped')
    assert.equal(gone.code, 3)
    const view = await vigie(['db', 'queries', ...system.config])
    assert.equal(view.code, 3)
    assert.match(view.stderr, /without a restart: CREATE EXTENSION pg_stat_statements;/)
  })
})
