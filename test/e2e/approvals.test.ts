import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { shippedKinds } from '../../src/catalog.ts'
import { systemClock } from '../../src/core/clock.ts'
import { runRoutine } from '../../src/engine/run-routine.ts'
import type { RunReport } from '../../src/engine/run-scope.ts'
import { wire } from '../../src/wire.ts'
import { type CliResult, vigie } from '../support/cli.ts'
import { ownKinds, type ScratchSystem, scratchSystem } from '../support/scratch-system.ts'

/** Plans an action for each line of a file, and notes what it did. */
const task = (name: string, effect: string): string =>
  `{ ...base, kind: 'own-${name}', effect: '${effect}',
     plan: async () => fs.existsSync(new URL('${name}', import.meta.url))
       ? fs.readFileSync(new URL('${name}', import.meta.url), 'utf8').trim().split(' ').map((target) => ({ summary: say({ text: target }), effect: '${effect}', target, expected: {} })) : [],
     execute: async (action) => { note('${name} ' + action.target); return { status: 'done', changed: true } } },`
const config = ownKinds('', task('wipe', 'destroy') + task('restart', 'disrupt'))
const hourMs = 3_600_000

describe('an approval', () => {
  let system: ScratchSystem
  beforeEach(() => {
    system = scratchSystem(config)
    system.write('wipe', 'old-1')
  })
  afterEach(() => system.remove())

  const acts = (): string[] =>
    existsSync(join(system.dir, 'acts.log'))
      ? readFileSync(join(system.dir, 'acts.log'), 'utf8').trim().split('\n')
      : []
  const run = (...words: readonly string[]): Promise<CliResult> => vigie([...words, '--json', ...system.config])
  const planOf = async (...words: readonly string[]): Promise<string> =>
    (await run('run', 'daily', ...words)).json().run.plan
  const stepsOf = (result: CliResult): string[] =>
    result.json().steps.map(({ id, status }: { id: string; status: string }) => `${id} ${status}`)
  const age = (plan: string): void => {
    const database = new DatabaseSync(join(system.dir, '.vigie', 'state.db'))
    database.exec(`update plans set expires_at = '2026-01-01T00:00:00.000Z' where id = '${plan}'`)
    database.close()
  }

  it('does not cover a step that came after the plan was shown: that one waits, or needs --yes', async () => {
    const plan = await planOf('--dry-run')
    system.write('restart', 'production')
    const done = await run('run', 'daily', '--approve', plan)
    assert.deepEqual(stepsOf(done), ['it/wipe done', 'it/restart waiting_approval'])
    assert.match(done.json().steps[1].summary, new RegExp(`that plan ${plan}, which was approved, did not show`))
    assert.deepEqual(acts(), ['wipe old-1'])
    const next = done.json().run.plan
    assert.notEqual(next, plan)
    const restarted = await run('approve', next)
    assert.deepEqual(stepsOf(restarted), ['it/restart done'])
    assert.deepEqual(acts(), ['wipe old-1', 'restart production'])
  })

  it('does not cover more actions of a step that it covered, not through `approve` either; --yes does', async () => {
    system.write('restart', 'staging')
    const [first, second] = [await planOf('--dry-run'), await planOf('--dry-run')]
    system.write('restart', 'staging production')
    assert.deepEqual(stepsOf(await run('approve', first)), ['it/wipe done', 'it/restart waiting_approval'])
    assert.deepEqual(acts(), ['wipe old-1'])
    const both = await run('run', 'daily', '--approve', second, '--yes')
    assert.deepEqual(stepsOf(both), ['it/wipe done', 'it/restart done'])
  })

  it('covers what its own plan showed, not what a later one of the same destruction did', async () => {
    const read = await planOf('--dry-run')
    system.write('restart', 'production')
    const later = await planOf('--dry-run')
    assert.notEqual(later, read)
    assert.deepEqual(stepsOf(await run('run', 'daily', '--approve', read)), [
      'it/wipe done',
      'it/restart waiting_approval',
    ])
  })

  it('that ran out stays refused however often it is tried; the plan that the refusal shows can be approved', async () => {
    const plan = await planOf('--dry-run')
    age(plan)
    for (const words of [
      ['run', 'daily', '--approve', plan],
      ['run', 'daily', '--approve', plan],
      ['approve', plan],
      ['approve', plan, '--by', 'Léa'],
    ]) {
      const refused = await run(...words)
      assert.equal(refused.code, 3, refused.stdout)
      assert.match(refused.json().steps[0].summary, /too old or used already/)
    }
    assert.deepEqual(acts(), [])
    const shown = (await run('approve', plan)).json().run.plan
    assert.equal((await run('approve', shown)).code, 0)
    assert.deepEqual(acts(), ['wipe old-1'])
  })

  it('that was used is never good again, by any later showing of the same plan', async () => {
    const plan = await planOf('--dry-run')
    assert.equal((await run('approve', plan)).code, 0)
    await planOf('--dry-run')
    for (const words of [
      ['approve', plan],
      ['run', 'daily', '--approve', plan],
      ['run', 'daily', '--yes', '--approve', plan],
    ]) {
      assert.equal((await run(...words)).code, 3)
    }
    assert.deepEqual(acts(), ['wipe old-1'])
  })

  it('is good for an hour from when its plan was shown, by the clock of the run', async () => {
    const made = await wire({ cwd: system.dir, configs: [], dataDir: undefined, kinds: shippedKinds })
    let now = new Date('2026-11-21T10:00:00.000Z')
    const clock = { ...systemClock, now: () => now }
    const routine = made.system.routines.get('daily')
    assert.ok(routine)
    const go = (over: { isDryRun?: boolean; approve?: string | undefined }): Promise<RunReport> => {
      const consent = { yes: false, approve: over.approve }
      const request = { system: made.system, ...routine, isDryRun: over.isDryRun ?? false, consent, startedBy: 'Léa' }
      const engine = { ...made.engine, world: { ...made.engine.world, clock } }
      return runRoutine(engine, { ...request, signal: new AbortController().signal })
    }
    const later = (ms: number): void => {
      now = new Date(now.getTime() + ms)
    }
    const first = (await go({ isDryRun: true })).run.plan
    later(hourMs / 2)
    const second = (await go({})).run.plan
    // Shown again in between, and its own hour is over all the same.
    later(hourMs / 2)
    const refused = await go({ approve: first })
    assert.deepEqual(
      [refused.steps[0]?.status, refused.steps[0]?.reason?.code],
      ['waiting_approval', 'engine.plan-expired'],
    )
    assert.equal((await go({ approve: first })).steps[0]?.status, 'waiting_approval')
    later(hourMs / 2 - 1)
    assert.equal((await go({ approve: second })).steps[0]?.status, 'done')
    assert.equal((await go({ approve: second })).steps[0]?.status, 'waiting_approval')
    assert.deepEqual(acts(), ['wipe old-1'])
    await made.close()
  })
})
