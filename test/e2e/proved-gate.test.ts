import assert from 'node:assert/strict'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { boxSystem } from '../support/box-system.ts'
import { type CliResult, vigie } from '../support/cli.ts'

/** Tasks of the box: one destroys it, one only changes it. */
const tasks = `tasks: ['wipe', 'touch'].map((name) => ({
    kind: 'box-' + name, summary: say(name, name), options: z.strictObject({}), messages: [put], cadence: 'daily',
    effect: name === 'wipe' ? 'destroy' : 'change',
    plan: async ({ options }, _, { baseDir }) =>
      [{ summary: put({}), effect: name === 'wipe' ? 'destroy' : 'change', target: join(baseDir, options.path), expected: {} }],
    execute: async ({ target }) => { writeFileSync(target + '.' + name, ''); return { status: 'done', changed: true } },
  })),`

describe('the gate of proved backups', () => {
  let system: ReturnType<typeof boxSystem>
  const configure = (gates: string, backups = true): void => {
    const written = readFileSync(join(system.dir, 'original.ts'), 'utf8').replace('tasks: [],', tasks)
    const gated = written.replace("name: 'Shop',", `name: 'Shop', gates: { ${gates} },`)
    const also = "also: { kind: 'box', path: 'things.txt' }, "
    const two = gated.replace('components: { ', `components: { ${also}`)
    system.write('vigie.config.ts', backups ? two : two.replace(/backups: .*/, ''))
  }
  beforeEach(() => {
    system = boxSystem(['one', 'two'])
    system.write('original.ts', readFileSync(join(system.dir, 'vigie.config.ts'), 'utf8'))
    configure("proved: '7d'")
  })
  afterEach(() => system.remove())

  const run = (...words: readonly string[]): Promise<CliResult> => vigie([...words, '--json', ...system.config])
  const wiped = (): boolean => existsSync(`${system.file}.wipe`)
  const done = async (...words: readonly string[]): Promise<void> => {
    const result = await run(...words)
    assert.equal(result.code, 0, result.stdout + result.stderr)
  }
  /** What a run that is told to destroy the box says, whatever plan it showed. */
  const wipe = async (): Promise<{
    status: string
    code: string
    summary: string
    remedy: string
    exit: number | null
  }> => {
    const { plan } = (await run('run', 'things/wipe', '--dry-run')).json().run
    const result = await run('run', 'things/wipe', '--yes', ...(plan === null ? [] : ['--approve', plan]))
    const { steps, findings } = result.json()
    const { status, summary, remedy } = steps[0]
    return { status, summary, remedy, code: findings[0]?.code ?? '', exit: result.code }
  }
  const inState = (sql: string): void => {
    const database = new DatabaseSync(join(system.dir, '.vigie', 'state.db'))
    database.exec(sql)
    database.close()
  }

  it('holds what destroys until a backup was made and drilled, and says which of both is missing', async () => {
    const first = await wipe()
    assert.deepEqual([first.status, first.code, first.exit], ['fail', 'engine.not-proved-none', 1])
    assert.equal(first.remedy, 'vigie run nightly/create, then vigie run nightly/drill')
    await done('backups', 'create')
    const fresh = await wipe()
    assert.deepEqual([fresh.status, fresh.code, fresh.exit], ['fail', 'engine.not-proved-undrilled', 1])
    assert.match(fresh.summary, /fresh but was never drilled/)
    assert.equal(fresh.remedy, 'vigie run nightly/drill')
    assert.equal(wiped(), false)
    await done('backups', 'drill')
    const open = await wipe()
    assert.deepEqual([open.status, open.exit], ['done', 0])
    assert.equal(wiped(), true)
    const { findings } = (await run('findings', 'list')).json()
    assert.deepEqual(
      findings.filter(({ component }: { component: string }) => component === 'things'),
      [],
      'done, it is no finding any more',
    )
  })

  it('closes again when what was proved is too old, or a later drill failed on it', async () => {
    await done('backups', 'create')
    await done('backups', 'drill')
    inState(`update backups set started_at = '2026-01-01T00:00:00.000Z'`)
    assert.equal((await wipe()).code, 'engine.not-proved-old')
    await done('backups', 'create')
    assert.equal((await wipe()).code, 'engine.not-proved-old-proof')
    await done('backups', 'drill')
    const [newest] = (await run('backups', 'list')).json().backups
    rmSync(join(system.repository, 'Shop', 'nightly', newest.id, 'things'), { recursive: true })
    assert.equal((await run('backups', 'drill')).code, 1)
    assert.equal((await wipe()).code, 'engine.not-proved-refuted')
    assert.equal(wiped(), false)
  })

  it('uses no approval up, and shows in a dry run that it would be held', async () => {
    const dry = (await run('run', 'things/wipe', '--dry-run')).json()
    assert.deepEqual([dry.steps[0].status, dry.steps[0].actions.length, dry.run.plan], ['fail', 1, null])
    configure('')
    const { plan } = (await run('run', 'things/wipe', '--dry-run')).json().run
    configure("proved: '7d'")
    assert.equal((await run('approve', plan)).json().steps[0].status, 'fail')
    configure('')
    assert.equal((await run('approve', plan)).json().steps[0].status, 'done')
  })

  it('stands before no change that can be undone, and before what brings back', async () => {
    await done('run', 'things/touch', '--yes')
    await done('backups', 'create')
    const { plan } = (await run('backups', 'restore', 'latest', '--over', '--dry-run')).json().run
    await done('backups', 'restore', 'latest', '--over', '--approve', plan)
  })

  it('stands only before what backups copy', async () => {
    const { plan } = (await run('run', 'also/wipe', '--dry-run')).json().run
    await done('run', 'also/wipe', '--approve', plan)
  })

  it('is refused as a config when it has no time', async () => {
    for (const gates of ["proved: '0d'", 'proved: 7', "other: '7d'"]) {
      configure(gates)
      assert.equal((await run('status')).code, 2, gates)
    }
  })
})
