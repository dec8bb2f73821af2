import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { vigie } from '../support/cli.ts'
import { ownKinds, type ScratchSystem, scratchSystem } from '../support/scratch-system.ts'

const check = (name: string, probe: string, judge = "{ status: 'pass', saw: 1 }", more = ''): string =>
  `{ ...base, kind: 'own-${name}', probe: async (component, options, ctx) => { ${probe} }, judge: (sample) => (${judge}), ${more} },`
const task = (name: string, effect: string, execute: string, more = ''): string =>
  `{ ...base, kind: 'own-${name}', effect: '${effect}', ${more}
     plan: async () => ['a', 'b'].map((target) => ({ summary: say({ text: '${name} ' + target }), effect: '${effect}', target, expected: {} })),
     execute: async (action) => { ${execute} } },`
const act = "note('act ' + action.target); return { status: 'done', changed: true }"

async function using(config: string, work: (system: ScratchSystem) => Promise<void>): Promise<void> {
  const system = scratchSystem(config)
  try {
    await work(system)
  } finally {
    system.remove()
  }
}

function acts({ dir }: ScratchSystem): string[] {
  return existsSync(join(dir, 'acts.log')) ? readFileSync(join(dir, 'acts.log'), 'utf8').trim().split('\n') : []
}

async function until(condition: () => boolean): Promise<void> {
  for (let round = 0; round < 400 && !condition(); round++) await wait(25)
  assert.ok(condition(), 'waited 10 s')
}

describe('a run', () => {
  it('keeps what was recorded when it is killed, is shown as interrupted, and starts no destroy again', async () => {
    const config = ownKinds(
      check('quick', 'return 1') + check('endless', "note('looking'); await wait(60_000)"),
      task('wipe', 'destroy', act),
    )
    await using(config, async (system) => {
      const killed = new AbortController()
      const running = vigie(['run', 'daily', ...system.config], { signal: killed.signal })
      await until(() => acts(system).includes('looking'))
      await wait(300)
      killed.abort()
      await running
      const list = await vigie(['runs', 'list', '--json', ...system.config])
      assert.equal(list.json().runs[0].status, 'interrupted')
      const shown = await vigie(['runs', 'show', 'latest', '--json', ...system.config])
      const statuses = shown.json().steps.map(({ id, status }: { id: string; status: string }) => `${id} ${status}`)
      assert.deepEqual(statuses, ['it/quick pass', 'it/endless interrupted', 'it/wipe interrupted'])
      assert.deepEqual(acts(system), ['looking'])
      assert.equal((await vigie(['audit', 'verify', ...system.config])).code, 0)
    })
  })

  it('is refused with exit code 4 and the name of the holder while the same routine runs', async () => {
    const untilToldTo = `note('looking')
      const deadline = performance.now() + 60_000
      while (!fs.existsSync(new URL('go-on', import.meta.url)) && performance.now() < deadline) await wait(25)
      return 1`
    await using(ownKinds(check('slow', untilToldTo, undefined, 'timeoutMs: 90_000'), ''), async (system) => {
      const first = vigie(['run', 'daily', '--json', ...system.config])
      await until(() => acts(system).includes('looking'))
      const second = await vigie(['run', 'daily', '--json', ...system.config])
      system.write('go-on', '')
      assert.equal(second.code, 4)
      const { code, run } = await first.then((one) => ({ code: one.code, run: one.json().run }))
      assert.equal(code, 0)
      assert.match(second.json().error.message, new RegExp(`held by run ${run.id}`))
    })
  })

  it('never passes a check that threw, saw nothing or did not end in time', async () => {
    const config = ownKinds(
      check('threw', "throw new Error('no way in')") +
        check('empty', 'return 0', "{ status: 'pass', saw: sample }") +
        check('deaf', 'await new Promise((done) => setTimeout(done, 60_000))', undefined, 'timeoutMs: 300'),
      '',
    )
    await using(config, async (system) => {
      const run = await vigie(['run', 'daily', '--json', ...system.config])
      assert.equal(run.code, 3)
      assert.equal(run.json().run.status, 'partial')
      assert.deepEqual(
        run.json().steps.map(({ status }: { status: string }) => status),
        ['error', 'error', 'error'],
      )
      assert.match(run.json().steps[0].summary, /no way in/)
    })
  })

  it('tries a check again as often as its kind says, and the last look counts', async () => {
    const config = ownKinds(
      check(
        'flaky',
        "note('look'); return fs.readFileSync(new URL('acts.log', import.meta.url), 'utf8').split('\\n').length - 1",
        "sample < 3 ? { status: 'fail', saw: 1, reason: say({ text: 'down' }) } : { status: 'pass', saw: 1 }",
        'retry: { attempts: 3, delayMs: 10 }',
      ),
      '',
    )
    await using(config, async (system) => {
      const run = await vigie(['run', 'daily', '--json', ...system.config])
      assert.equal(run.code, 0)
      assert.equal(run.json().steps[0].attempts, 3)
    })
  })

  it('does change and disrupt with --yes and asks without it', async () => {
    await using(ownKinds('', task('tidy', 'change', act)), async (system) => {
      const asked = await vigie(['run', 'daily', '--json', ...system.config])
      assert.equal(asked.code, 3)
      assert.equal(asked.json().run.status, 'waiting_approval')
      assert.deepEqual(acts(system), [])
      assert.equal((await vigie(['run', 'daily', '--yes', ...system.config])).code, 0)
      assert.deepEqual(acts(system), ['act a', 'act b'])
    })
  })

  it('lets `approve` carry out the plan that waits, once', async () => {
    await using(ownKinds('', task('wipe', 'destroy', act)), async (system) => {
      const plan = (await vigie(['run', 'daily', '--yes', '--json', ...system.config])).json().run.plan
      const done = await vigie(['approve', plan, '--json', ...system.config])
      assert.equal(done.code, 0, done.stdout)
      assert.deepEqual(acts(system), ['act a', 'act b'])
      const again = await vigie(['approve', plan, '--json', ...system.config])
      assert.equal(again.code, 3)
      assert.deepEqual(acts(system), ['act a', 'act b'])
      const entries = (await vigie(['audit', 'list', '--json', ...system.config])).json().entries
      const events = entries.map(({ event }: { event: string }) => event)
      const first = events.indexOf('plan.approved')
      assert.deepEqual(events.slice(first, first + 5), [
        'plan.approved',
        'action.intent',
        'action.outcome',
        'action.intent',
        'action.outcome',
      ])
    })
  })

  it('acts by a standing approval within its limits only', async () => {
    const approval = (maxActions: number): string =>
      `approvals: [{ step: 'it/wipe', by: 'Léa', until: '2099-12-31', maxActions: ${maxActions} }]`
    await using(ownKinds('', task('wipe', 'destroy', act), approval(1)), async (system) => {
      assert.equal((await vigie(['run', 'daily', ...system.config])).code, 3)
      writeFileSync(join(system.dir, 'vigie.config.ts'), ownKinds('', task('wipe', 'destroy', act), approval(2)))
      assert.equal((await vigie(['run', 'daily', ...system.config])).code, 0)
      assert.deepEqual(acts(system), ['act a', 'act b'])
    })
  })

  it('stops at the first action that fails, and says what was done and what was not begun', async () => {
    const fails = "if (action.target === 'a') throw new Error('disk on fire'); return { status: 'done', changed: true }"
    await using(ownKinds('', task('tidy', 'change', fails)), async (system) => {
      const run = await vigie(['run', 'daily', '--yes', '--json', ...system.config])
      assert.equal(run.code, 1)
      assert.match(run.json().steps[0].summary, /disk on fire.*0 done before it, 1 not begun/)
      assert.deepEqual(
        run.json().steps[0].actions.map(({ status }: { status: string }) => status),
        ['failed', 'planned'],
      )
    })
  })

  it('masks secrets in what it keeps and shows', async () => {
    const config = ownKinds(
      check(
        'leaky',
        "const value = await ctx.reveal({ env: 'OWN_SECRET' }); ctx.record({ what: 'GET https://u:hunter2hunter2@h/', output: 'token ' + value }); throw new Error('no: ' + value)",
      ),
      '',
    )
    await using(config, async (system) => {
      const env = { OWN_SECRET: 's3cr3t-value-42' }
      await vigie(['run', 'daily', ...system.config], { env })
      const shown = await vigie(['runs', 'show', 'latest', '--step', 'it/leaky', '--json', ...system.config])
      assert.match(shown.stdout, /•••/)
      assert.doesNotMatch(shown.stdout, /s3cr3t-value-42|hunter2hunter2/)
      assert.doesNotMatch(readFileSync(join(system.dir, '.vigie', 'state.db'), 'latin1'), /s3cr3t-value-42/)
    })
  })
})
