import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type pg from 'pg'
import type { PostgresServer } from '../../src/platform/embedded-postgres.ts'
import { vigie } from '../support/cli.ts'
import { startPostgres } from '../support/postgres.ts'
import { connect } from '../support/postgres-checks.ts'
import { type ScratchSystem, scratchSystem } from '../support/scratch-system.ts'

describe('the rules that the data of an application keep to', () => {
  let server: PostgresServer
  let client: pg.Client
  let system: ScratchSystem

  before(async () => {
    server = await startPostgres()
    client = await connect(server.url())
    await client.query(`create table users (id int, rides_count int); create table rides (user_id int);
      insert into users values (1, 1), (2, 0); insert into rides values (1)`)
    const consistency = {
      rides: {
        counter: 'select id, rides_count from users',
        source: 'select user_id, count(*) from rides group by 1',
      },
      negative: { query: 'select id from users where rides_count < 0' },
      unknown: { query: 'select id from nobody' },
    }
    const db = { kind: 'postgres', url: server.url() }
    const config = { name: 'Shop', components: { db: { ...db, consistency }, plain: db } }
    system = scratchSystem(JSON.stringify(config), 'vigie.config.json')
  })
  after(async () => {
    await client?.end()
    system?.remove()
    await server?.stop()
  })

  const ask = (...words: string[]) => vigie(['db', 'consistency', ...words, ...system.config])

  it('are asked by name, in a run that tells what it found in both languages', async () => {
    const sound = await ask('rides', 'negative', '--component', 'db')
    assert.equal(sound.code, 0, sound.stdout + sound.stderr)
    assert.match(sound.stdout, /1 pass/)
    await client.query('update users set rides_count = 5 where id = 2')
    const wrong = await ask('rides', '--component', 'db')
    assert.equal(wrong.code, 1, wrong.stdout)
    assert.match(wrong.stdout, /of the counters 1 differ from their source[\s\S]*such\s+as 2/)
    const french = await ask('rides', '--component', 'db', '--locale', 'fr')
    assert.match(french.stdout, /1\s+diffèrent\s+de\s+leur\s+source/)
    const other = await ask('negative', '--component', 'db')
    assert.equal(other.code, 0, other.stdout)
    const open = await vigie(['findings', 'list', ...system.config])
    assert.match(open.stdout, /rides: of the counters/)
    await client.query('update users set rides_count = 0 where id = 2')
    assert.equal((await ask('rides', '--component', 'db')).code, 0)
    assert.doesNotMatch((await vigie(['findings', 'list', ...system.config])).stdout, /rides: of the counters/)
  })

  it('that could not be asked are told as such, the others are judged', async () => {
    const told = async (): Promise<{ code: number | null; status: string; summary: string }> => {
      const { code, stdout } = await ask('--component', 'db', '--json')
      const { steps } = JSON.parse(stdout)
      return { code, status: steps[0].status, summary: steps[0].summary }
    }
    const blind = await told()
    assert.deepEqual([blind.code, blind.status], [3, 'error'])
    assert.match(blind.summary, /could not tell of unknown: unknown: .*"nobody" does not exist/)
    await client.query('update users set rides_count = -1 where id = 2')
    const seen = await told()
    await client.query('update users set rides_count = 0 where id = 2')
    assert.deepEqual([seen.code, seen.status], [1, 'fail'])
    assert.match(seen.summary, /2 rules do not hold \(rides\); could not tell of unknown/)
  })

  it('are none where none is declared, and of names that nobody gave', async () => {
    const none = await ask('--component', 'plain')
    assert.equal(none.code, 2, none.stdout)
    assert.match(none.stderr, /No rule is declared for the data of plain/)
    const nobody = await ask('nobody', '--component', 'db')
    assert.equal(nobody.code, 3, nobody.stdout)
    assert.match(nobody.stdout, /no rule is called "nobody"/)
    const several = await ask()
    assert.equal(several.code, 2)
  })
})
