import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { commandCatalog } from '../../src/cli/catalog.ts'
import { vigie } from '../support/cli.ts'
import { startPostgres } from '../support/postgres.ts'
import { connect } from '../support/postgres-checks.ts'
import { ownKinds, scratchSystem } from '../support/scratch-system.ts'

const kinds = ownKinds(
  "{ ...base, kind: 'own-bad', probe: async () => 1, judge: () => ({ status: 'fail', saw: 1, reason: say({ text: 'down' }) }) },",
  `{ ...base, kind: 'own-wipe', effect: 'destroy',
    plan: async () => [{ effect: 'destroy', target: 'a', summary: say({ text: 'wipe a' }), expected: {} }],
    execute: async () => ({ status: 'done', changed: true }) }`,
  "routines: { daily: { add: [{ human: 'Look at it', id: 'look' }] } }",
)
const system = scratchSystem(kinds)
after(() => system.remove())

describe('--quiet', () => {
  it('leaves only the exit code and errors of every command; data is printed when it is asked for', async () => {
    const ran = (await vigie(['run', 'daily', '--json', '-q', ...system.config])).json()
    const [{ fingerprint }] = ran.findings
    const day = new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10)
    const calls: Readonly<Record<string, readonly string[]>> = {
      init: [join(system.dir, 'fresh')],
      doctor: system.config,
      status: system.config,
      run: ['it/bad', ...system.config],
      approve: [ran.run.plan, ...system.config],
      sign: ['look', '--by', 'Léa', '--note', 'seen', ...system.config],
      'runs list': system.config,
      'runs show': ['latest', ...system.config],
      'findings list': system.config,
      'findings show': [fingerprint, ...system.config],
      'findings accept': [fingerprint, '--until', day, '--reason', 'known', ...system.config],
      'findings assign': [fingerprint, '--owner', 'Léa', ...system.config],
      'config explain': system.config,
      'audit list': system.config,
      'audit verify': system.config,
      'alerts list': system.config,
      'alerts silence': ['--component', 'it', '--for', '2h', '--reason', 'move', '--by', 'Léa', ...system.config],
      'channels list': system.config,
      'heartbeats list': system.config,
    }
    // The schema is data, with or without --json; these have tests of their own.
    const apart = ['config schema', 'demo', 'metrics query', 'alerts ack', 'alerts unsilence', 'alerts test']
    apart.push('channels test', 'wrap', 'up', 'export prometheus')
    // They need a database, code, files or a repository: those of databases are tried below, those of backups beside theirs.
    const elsewhere = ['db', 'orphans', 'backups']
    const named = commandCatalog
      .filter(({ words: [noun = ''] }) => !elsewhere.includes(noun))
      .map(({ words }) => words.join(' '))
    assert.deepEqual(
      named.filter((name) => !apart.includes(name)),
      Object.keys(calls),
    )
    for (const [name, more] of Object.entries(calls)) {
      const got = await vigie([...name.split(' '), ...more, '--quiet'])
      assert.equal(got.stdout, '', name)
      assert.equal(got.stderr, '', name)
      assert.equal(got.code, name === 'run' ? 1 : 0, name)
    }
    assert.ok((await vigie(['status', '--json', '-q', ...system.config])).json().systems.length === 1)
  })

  it('leaves nothing of what commands on a database show', async () => {
    const server = await startPostgres({ settings: { shared_preload_libraries: 'pg_stat_statements' } })
    const rules = {
      consistency: { sound: { query: 'select id from users where id is null', expect: 'none' } },
      retention: { users: { table: 'users', age: 'born', keep: '30d', action: 'delete' } },
    }
    const db = { kind: 'postgres', url: server.url(), ...rules }
    const shop = scratchSystem(JSON.stringify({ name: 'Shop', components: { db } }), 'vigie.config.json')
    const client = await connect(server.url())
    try {
      await client.query(
        'create extension pg_stat_statements; create table users (id int primary key, born timestamptz)',
      )
      await client.query('create role app login password $$app$$')
      const other = await connect(server.url('postgres', 'app', 'app'))
      const { rows } = await other.query('select pg_backend_pid()::text as pid')
      await vigie(['run', 'db/statements', '-q', ...shop.config])
      const calls: Readonly<Record<string, readonly string[]>> = {
        ...{ queries: [], activity: [], locks: [], indexes: [], tables: [], bloat: [], consistency: [] },
        ...{ maintain: ['--dry-run'], reindex: ['--dry-run'], retention: ['--dry-run'] },
        ...{ terminate: [rows[0].pid, '--dry-run'], cancel: ['1', '--dry-run'] },
      }
      const ofDatabases = commandCatalog.filter(({ words: [noun, verb] }) => noun === 'db' && verb !== 'migrations')
      assert.deepEqual(ofDatabases.map(({ words }) => words[1]).toSorted(), Object.keys(calls).toSorted())
      for (const [verb, more] of Object.entries(calls)) {
        const got = await vigie(['db', verb, ...more, '--quiet', ...shop.config])
        assert.deepEqual([got.stdout, got.stderr], ['', ''], verb)
      }
      await other.end()
    } finally {
      await client.end()
      shop.remove()
      await server.stop()
    }
  })

  it('hides no error, no help and no version', async () => {
    const wrong = await vigie(['runs', 'show', 'nothing', '-q', ...system.config])
    assert.equal(wrong.code, 2)
    assert.match(wrong.stderr, /There is no run nothing/)
    assert.match((await vigie(['--help', '-q'])).stdout, /vigie run/)
    assert.match((await vigie(['run', '--help', '-q'])).stdout, /vigie run/)
    assert.match((await vigie(['-q', '--version'])).stdout, /^\d+\./)
  })
})
