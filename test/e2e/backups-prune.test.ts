import assert from 'node:assert/strict'
import { readdirSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { boxSystem } from '../support/box-system.ts'
import { type CliResult, vigie } from '../support/cli.ts'

describe('vigie backups prune', () => {
  let system: ReturnType<typeof boxSystem>
  beforeEach(() => {
    system = boxSystem(['one', 'two'], 'full: 0, keep: { last: 1 }')
  })
  afterEach(() => system.remove())

  const run = (...words: readonly string[]): Promise<CliResult> => vigie([...words, '--json', ...system.config])
  const create = async (): Promise<void> => {
    const made = await run('backups', 'create')
    assert.equal(made.code, 0, made.stdout + made.stderr)
  }
  /** The oldest first: those of one second are named in any order. */
  const folders = (): readonly string[] => {
    const entry = join(system.repository, 'Shop', 'nightly')
    const madeAt = (id: string): string => JSON.parse(readFileSync(join(entry, id, 'manifest.json'), 'utf8')).startedAt
    return readdirSync(entry).toSorted((a, b) => (madeAt(a) < madeAt(b) ? -1 : 1))
  }
  const planned = async (): Promise<string> => (await run('backups', 'prune', '--dry-run')).json().run.plan

  it('is a plan first: only what was approved goes, and only as it was shown', async () => {
    for (let count = 0; count < 3; count++) await create()
    const [first, second, third] = folders()
    const shown = await vigie(['backups', 'prune', '--dry-run', '--locale', 'fr', ...system.config])
    assert.match(
      shown.stdout.replaceAll(/\s+/g, ' '),
      new RegExp(`supprimer ${first}, du .* : aucune règle ne la garde`),
    )
    const asked = await run('backups', 'prune', '--yes')
    assert.equal(asked.code, 3, asked.stdout)
    const { actions } = asked.json().steps[0]
    assert.deepEqual(
      actions.map(({ target, effect }: { target: string; effect: string }) => `${effect} ${target}`),
      [`destroy Shop/nightly/${first}`, `destroy Shop/nightly/${second}`, `change ${system.repository}`],
    )
    const plan = await planned()
    await create()
    assert.equal((await run('backups', 'prune', '--approve', plan)).code, 3)
    assert.equal(folders().length, 4)
    const done = await run('backups', 'prune', '--approve', await planned())
    assert.equal(done.code, 0, done.stdout)
    assert.equal(folders().length, 1)
    assert.ok(![first, second, third].includes(folders()[0]))
    const again = await run('backups', 'prune', '--yes')
    assert.deepEqual([again.code, again.json().steps[0].summary], [0, 'nothing to do'])
    const events = (await run('audit', 'list')).json().entries.map(({ event }: { event: string }) => event)
    assert.equal(events.filter((event: string) => event === 'backup.removed').length, 3)
    assert.equal((await run('audit', 'verify')).code, 0)
  })

  it('never takes the one that a drill has proved', async () => {
    await create()
    assert.equal((await run('backups', 'drill')).code, 0)
    for (let count = 0; count < 2; count++) await create()
    const [proved, , newest] = folders()
    assert.equal((await run('backups', 'prune', '--approve', await planned())).code, 0)
    assert.deepEqual(folders(), [proved, newest])
    // What was kept comes back.
    assert.equal((await run('backups', 'restore', proved ?? '', '--yes')).code, 0)
  })

  it('never takes the full one that a difference rests on', async () => {
    system.remove()
    system = boxSystem(
      Array.from({ length: 50_000 }, (_, line) => `thing ${line} ${(line * 7919) % 1000}`),
      'keep: { last: 1 }',
    )
    for (let count = 0; count < 3; count++) await create()
    const [full, , newest] = folders()
    assert.equal((await run('backups', 'prune', '--approve', await planned())).code, 0)
    assert.deepEqual(folders(), [full, newest])
    assert.equal((await run('backups', 'verify')).code, 0)
  })

  it('says that the repository is gone, and lets nothing go', async () => {
    await create()
    await create()
    const plan = await planned()
    renameSync(system.repository, `${system.repository}-unmounted`)
    const refused = await run('backups', 'prune', '--approve', plan)
    assert.equal(refused.code, 3, refused.stdout)
    assert.match(refused.json().steps[0].summary, /is not a folder that is there/)
    renameSync(`${system.repository}-unmounted`, system.repository)
    assert.equal(folders().length, 2)
    assert.equal((await run('backups', 'list')).json().backups.length, 2)
  })
})
