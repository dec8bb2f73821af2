import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { vigie } from '../support/cli.ts'
import { assertFits } from '../support/schema.ts'
import { ownKinds, type ScratchSystem, scratchSystem } from '../support/scratch-system.ts'

const check = (name: string, probe: string, judge: string): string =>
  `{ ...base, kind: 'own-${name}', probe: async (component, options, ctx) => { ctx.record({ what: 'looked', output: 'as seen' }); ${probe} }, judge: () => (${judge}) },`
const fails = "{ status: 'fail', saw: 1, reason: say({ text: 'broken' }), measurements: { size: 7 } }"
const endless = "note('looking'); if (fs.existsSync(new URL('hang', import.meta.url))) await wait(60_000)"
const config = ownKinds(
  check('seen', '', fails) + check('slow', endless, "{ status: 'pass', saw: 1 }"),
  '',
  "routines: { daily: { steps: ['it/seen', { human: 'Look', id: 'look' }] }, slow: { steps: ['it/seen', 'it/slow'] } }",
)

describe('what was recorded and altered in the store afterwards', () => {
  let system: ScratchSystem
  const state = (): string => join(system.dir, '.vigie', 'state.db')
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what the schema test has checked.
  const verify = async (): Promise<any> => {
    const verified = await vigie(['audit', 'verify', '--json', ...system.config])
    assertFits('audit-verify', verified.json())
    assert.equal(verified.code, verified.json().audit.problems.length === 0 ? 0 : 1)
    return verified.json().audit
  }
  before(async () => {
    system = scratchSystem(config)
    await vigie(['run', 'daily', ...system.config])
    await vigie(['sign', 'look', '--by', 'Léa', '--note', 'all well', ...system.config])
    const id = (await vigie(['findings', 'list', '--json', ...system.config])).json().findings[0].fingerprint
    await vigie(['findings', 'assign', id, '--owner', 'Max', '--by', 'Léa', ...system.config])
    system.write('hang', '')
    const killed = new AbortController()
    const running = vigie(['run', 'slow', ...system.config], { signal: killed.signal })
    const log = join(system.dir, 'acts.log')
    for (let round = 0; round < 800 && !existsSync(log); round++) await wait(25)
    assert.match(readFileSync(log, 'utf8'), /looking/)
    // The outcome of the step beside it is kept at once.
    await wait(500)
    killed.abort()
    await running
    assert.deepEqual((await verify()).problems, [])
    // All of it in one file, so that it can be put back.
    const database = new DatabaseSync(state())
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    database.close()
  })
  after(() => system.remove())

  const tamperings: readonly (readonly [string, RegExp])[] = [
    ["update findings set state = 'fixed'", /altered: finding [0-9a-f]{16}/],
    ['delete from findings', /gone: finding [0-9a-f]{16}/],
    ["update finding_events set actor = 'Zoé' where event = 'assigned'", /altered: the history of finding/],
    ['update sign_offs set "by" = \'Zoé\'', /altered: a signature of you\/look/],
    ["update runs set status = 'succeeded', routine = 'weekly'", /altered: run r/],
    [
      "insert into runs select 'rmadeup', system, routine, status, started_at, finished_at, duration_ms, is_dry_run, plan, started_by, host, pid from runs where status <> 'interrupted'",
      /unknown to the audit: run rmadeup/,
    ],
    ['update measurements set value = 8', /altered: a measurement of it\/seen size/],
    [
      "update steps set status = 'pass' where run_id in (select id from runs where status = 'interrupted')",
      /altered: the step, or its evidence, of run r\w+ it\/s/,
    ],
    [
      "update evidence set output = 'fine' where run_id in (select id from runs where status = 'interrupted')",
      /altered: the step, or its evidence, of run r\w+ it\/seen/,
    ],
  ]
  for (const [statement, named] of tamperings) {
    it(`is named after: ${statement.slice(0, 60)}`, async () => {
      const sound = readFileSync(state())
      const database = new DatabaseSync(state())
      database.exec(`${statement}; PRAGMA wal_checkpoint(TRUNCATE)`)
      database.close()
      const { status, problems } = await verify()
      assert.equal(status, 'broken')
      assert.ok(
        problems.some(({ message }: { message: string }) => named.test(message)),
        JSON.stringify(problems),
      )
      writeFileSync(state(), sound)
    })
  }

  it('is told for people in both languages, with what was cut off', async () => {
    const english = await vigie(['audit', 'verify', '--locale', 'en', ...system.config])
    assert.match(english.stdout, /every record is as it says[\s\S]*1 run was cut off/)
    const french = await vigie(['audit', 'verify', '--locale', 'fr', ...system.config])
    assert.match(french.stdout, /chaque enregistrement lui correspond[\s\S]*1 exécution a été coupée/)
  })
})
