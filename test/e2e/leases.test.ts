import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { shippedKinds } from '../../src/catalog.ts'
import { systemClock } from '../../src/core/clock.ts'
import { runRoutine } from '../../src/engine/run-routine.ts'
import { wire } from '../../src/wire.ts'
import { type CliResult, vigie } from '../support/cli.ts'
import { ownKinds, type ScratchSystem, scratchSystem } from '../support/scratch-system.ts'

/** A task of two actions that notes its beginning and end; `hold` is done in between. */
const task = (name: string, hold = ''): string =>
  `{ ...base, kind: 'own-${name}', effect: 'change',
     plan: async (component) => { note('${name} planned'); return ['a', 'b'].map((target) => ({ summary: say({ text: target }), effect: 'change', target, expected: {} })) },
     execute: async (action) => { note('${name} ' + action.target + ' begins'); ${hold}
       note('${name} ' + action.target + ' ends'); return { status: 'done', changed: true } } },`
/** Until the test lets it go on. */
const untilTold = "while (!fs.existsSync(new URL('go', import.meta.url))) await wait(20);"
const routines =
  "routines: { first: { steps: ['it/slow'] }, second: { steps: ['it/quick'] }, third: { steps: ['other/quick'] } }"
const twoComponents = (config: string): string =>
  config.replace("it: { kind: 'own' }", "it: { kind: 'own' }, other: { kind: 'own' }")
const config = twoComponents(ownKinds('', task('slow', untilTold) + task('quick'), routines))

async function using(work: (system: ScratchSystem) => Promise<void>): Promise<void> {
  const system = scratchSystem(config)
  try {
    await work(system)
  } finally {
    system.remove()
  }
}

function acts(dir: string): string[] {
  return existsSync(join(dir, 'acts.log')) ? readFileSync(join(dir, 'acts.log'), 'utf8').trim().split('\n') : []
}

async function until(condition: () => boolean): Promise<void> {
  for (let round = 0; round < 800 && !condition(); round++) await wait(25)
  assert.ok(condition(), 'waited 20 s')
}

const run = (
  routine: string,
  { config: words }: Pick<ScratchSystem, 'config'>,
  signal?: AbortSignal,
): Promise<CliResult> => vigie(['run', routine, '--yes', '--json', ...words], signal && { signal })

const whole = (name: string): string[] =>
  ['a', 'b'].flatMap((target) => [`${name} ${target} begins`, `${name} ${target} ends`])
const done = (lines: readonly string[]): string[] => lines.filter((line) => !line.endsWith('planned'))

describe('two runs of different routines, each a process of its own', () => {
  it('act on one component one after the other: who comes second waits, and then does all of its work', async () => {
    await using(async (system) => {
      const first = run('first', system)
      await until(() => acts(system.dir).includes('slow a begins'))
      const second = run('second', system)
      await until(() => acts(system.dir).includes('quick planned'))
      const { runs } = (await vigie(['runs', 'list', '--json', ...system.config])).json()
      assert.deepEqual(runs.map(({ routine, status }: Record<string, string>) => `${routine} ${status}`).toSorted(), [
        'first running',
        'second running',
      ])
      assert.deepEqual(done(acts(system.dir)), ['slow a begins'])
      system.write('go', '')
      assert.deepEqual([(await first).code, (await second).code], [0, 0])
      assert.deepEqual(done(acts(system.dir)), [...whole('slow'), ...whole('quick')])
      assert.equal((await vigie(['audit', 'verify', ...system.config])).code, 0)
    })
  })

  it('act side by side on different components', async () => {
    await using(async (system) => {
      const first = run('first', system)
      await until(() => acts(system.dir).includes('slow a begins'))
      assert.equal((await run('third', system)).code, 0)
      assert.deepEqual(done(acts(system.dir)), ['slow a begins', ...whole('quick')])
      system.write('go', '')
      assert.equal((await first).code, 0)
    })
  })

  it('do not wait for one that was killed, which is shown as interrupted', async () => {
    await using(async (system) => {
      const killed = new AbortController()
      const first = run('first', system, killed.signal)
      await until(() => acts(system.dir).includes('slow a begins'))
      const second = run('second', system)
      await until(() => acts(system.dir).includes('quick planned'))
      killed.abort()
      await first
      assert.equal((await second).code, 0)
      assert.deepEqual(done(acts(system.dir)), ['slow a begins', ...whole('quick')])
      const { runs } = (await vigie(['runs', 'list', '--json', ...system.config])).json()
      const statusOf = (name: string): string =>
        runs.find(({ routine }: Record<string, string>) => routine === name).status
      assert.deepEqual([statusOf('first'), statusOf('second')], ['interrupted', 'succeeded'])
      const audit = (await vigie(['audit', 'verify', '--json', ...system.config])).json().audit
      assert.deepEqual(
        audit.unknownOutcomes.map(({ target }: { target: string }) => target),
        ['a'],
      )
    })
  })
})

it('a run whose process cannot be seen, as in another container of the same host name, is not taken for dead', async () => {
  await using(async (system) => {
    const first = run('first', system)
    await until(() => acts(system.dir).includes('slow a begins'))
    const asRoot = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user']
    const through = ['unshare', ...asRoot, '--pid', '--fork', '--mount-proc']
    const second = await vigie(['run', 'first', '--yes', '--json', ...system.config], { through })
    assert.equal(second.code, 4, second.stdout)
    const { runs } = (await vigie(['runs', 'list', '--json', ...system.config], { through })).json()
    assert.deepEqual(
      runs.map(({ status }: { status: string }) => status),
      ['running'],
    )
    system.write('go', '')
    assert.equal((await first).code, 0)
    assert.deepEqual(done(acts(system.dir)), whole('slow'))
  })
})

it('two systems on one store that describe the same thing do not act on it side by side', async () => {
  const data = mkdtempSync(join(tmpdir(), 'vigie-data-'))
  const systems = ['One', 'Two'].map((name) =>
    scratchSystem(
      config
        .replace("name: 'Own'", `name: '${name}'`)
        .replace("kind: 'own', summary", "kind: 'own', identity: () => 'the same', summary"),
    ),
  )
  const [one, two] = systems
  assert.ok(one && two)
  const on = ({ config: words }: ScratchSystem): { config: readonly string[] } => ({
    config: [...words, '--data', data],
  })
  const first = run('first', on(one))
  await until(() => acts(one.dir).includes('slow a begins'))
  const second = run('second', on(two))
  await until(() => acts(two.dir).includes('quick planned'))
  await vigie(['runs', 'list', ...on(one).config])
  assert.deepEqual(done(acts(two.dir)), [])
  one.write('go', '')
  assert.deepEqual([(await first).code, (await second).code], [0, 0])
  assert.deepEqual(done(acts(two.dir)), whole('quick'))
  for (const system of systems) system.remove()
  rmSync(data, { recursive: true })
})

it('a task whose component stays taken gives up, names the holder and has done nothing', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'vigie-taken-'))
  mkdirSync(join(dir, 'tmp'))
  writeFileSync(join(dir, 'tmp', 'old'), 'x')
  utimesSync(join(dir, 'tmp', 'old'), 0, 0)
  const file = join(dir, 'vigie.yaml')
  writeFileSync(
    file,
    `name: Taken
components: { tmp: { kind: files, path: tmp } }
approvals: [{ step: tmp/clean, by: Léa, until: 2099-12-31, maxActions: 10 }]
`,
  )
  const { engine, system, close } = await wire({ cwd: dir, configs: [file], dataDir: undefined, kinds: shippedKinds })
  const step = system.steps.get('tmp/clean')
  assert.ok(step)
  const now = systemClock.now()
  const lease = {
    name: `files ${join(dir, 'tmp')}`,
    holder: 'rholder',
    host: hostname(),
    pid: process.pid,
    place: undefined,
  }
  const expiresAt = new Date(now.getTime() + 60_000)
  assert.equal(await engine.store.leases.acquire({ ...lease, acquiredAt: now, expiresAt }), undefined)
  // Ten seconds pass with every look at the clock: the wait of half a minute is over soon.
  let ms = 0
  const clock = { ...systemClock, monotonicMs: () => (ms += 10_000) }
  const request = { system, name: 'clean', at: undefined, steps: [step], isDryRun: false, startedBy: 'test' }
  const consent = { yes: true, approve: undefined }
  const signal = new AbortController().signal
  const report = await runRoutine({ ...engine, world: { ...engine.world, clock } }, { ...request, consent, signal })
  assert.equal(report.run.status, 'partial')
  assert.deepEqual([report.steps[0]?.status, report.steps[0]?.reason?.code], ['error', 'engine.locked'])
  assert.equal(report.steps[0]?.reason?.params['holder'], 'rholder')
  assert.ok(existsSync(join(dir, 'tmp', 'old')))
  const events = (await engine.store.audit.entries(0, 100)).map(({ event }) => event)
  assert.deepEqual(
    events.filter((event) => event.startsWith('action.')),
    [],
  )
  await close()
  rmSync(dir, { recursive: true })
})
