import assert from 'node:assert/strict'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { backupRoom } from '../support/backup-room.ts'
import { boxSystem } from '../support/box-system.ts'
import { type CliResult, vigie } from '../support/cli.ts'
import { rowsOf } from '../support/packing.ts'
import { randomFrom } from '../support/random-from.ts'

const limitMs = 60_000

async function until(what: string, isSo: () => Promise<boolean> | boolean): Promise<void> {
  const deadline = performance.now() + limitMs
  while (!(await isSo())) {
    if (performance.now() > deadline) assert.fail(`not so after ${limitMs} ms: ${what}`)
    await wait(50)
  }
}

describe('two processes at one entry of backups', () => {
  let system: ReturnType<typeof boxSystem>
  beforeEach(() => {
    system = boxSystem(['one', 'two'], 'full: 0, keep: { last: 1 }')
  })
  afterEach(() => system.remove())

  const run = (...words: readonly string[]): Promise<CliResult> => vigie([...words, '--json', ...system.config])
  const idsOf = async (): Promise<readonly string[]> => {
    const { backups } = (await run('backups', 'list')).json()
    const good = backups.filter(({ status }: { status: string }) => status === 'succeeded')
    return good.map(({ id }: { id: string }) => id)
  }
  /** Begins a backup that stands still in the middle of its dump until it is let go. */
  const held = async (): Promise<{ letGo(): Promise<CliResult> }> => {
    const hold = system.write('hold', '')
    const making = run('backups', 'create')
    await until('it dumps', () => existsSync(`${system.dir}/is-held`))
    return {
      letGo: () => {
        rmSync(hold)
        return making
      },
    }
  }
  const assertAllGood = async (count: number): Promise<void> => {
    const verified = await run('backups', 'verify', '--all')
    assert.equal(verified.code, 0, verified.stdout)
    assert.equal((await idsOf()).length, count)
  }

  test('that both want to make one: the second is told who is at it, and nothing of the first is touched', async () => {
    const first = await held()
    const second = await run('backups', 'create')
    assert.equal(second.code, 4, second.stdout)
    const told = await vigie(['backups', 'create', '--locale', 'fr', ...system.config])
    assert.equal(told.code, 4)
    assert.doesNotMatch(told.stderr + told.stdout, /\n\s+at /)
    const made = await first.letGo()
    assert.equal(made.code, 0, made.stdout + made.stderr)
    await assertAllGood(1)
    assert.equal((await run('backups', 'create')).code, 0)
    await assertAllGood(2)
  })

  test('one that makes and one that prunes take turns; what was planned before is looked at again', async () => {
    for (let count = 0; count < 3; count++) assert.equal((await run('backups', 'create')).code, 0)
    const [newest, ...older] = await idsOf()
    const { plan } = (await run('backups', 'prune', '--dry-run')).json().run
    const making = await held()
    // What the backup under way has stored so far is no leftover, and what it may rest on stays until it is made.
    const pruning = run('backups', 'prune', '--approve', plan)
    await until('the prune runs', async () => {
      const { runs } = (await run('runs', 'list')).json()
      return runs.some(
        ({ routine, status }: { routine: string; status: string }) =>
          routine === 'nightly/prune' && status === 'running',
      )
    })
    assert.equal((await idsOf()).length, 3, 'nothing went while it waits')
    const made = await making.letGo()
    assert.equal(made.code, 0, made.stdout + made.stderr)
    const pruned = await pruning
    assert.equal(pruned.code, 0, pruned.stdout + pruned.stderr)
    await assertAllGood(2)
    const left = await idsOf()
    assert.ok(left.includes(newest ?? '') && older.every((id) => !left.includes(id)))
  })

  test('a look at all backups while one is made says nothing of that one', async () => {
    assert.equal((await run('backups', 'create')).code, 0)
    const making = await held()
    const verified = await run('backups', 'verify', '--all')
    assert.deepEqual([verified.code, verified.json().steps[0].measurements.backups], [0, 1], verified.stdout)
    const restored = await run('backups', 'restore', 'latest', '--dry-run')
    assert.equal(restored.code, 0, restored.stdout)
    assert.equal((await making.letGo()).code, 0)
    await assertAllGood(2)
    assert.ok(readFileSync(system.file).length > 0)
  })
})

describe('two machines that keep the same entry in the same repository', () => {
  test('make and prune at once without touching what the other made or makes', async () => {
    const one = await backupRoom({ options: { keep: { last: 1 } } })
    const other = await backupRoom({ options: { keep: { last: 1 } }, repository: one.repository })
    const random = randomFrom(17)
    try {
      const held = new Map<string, ReadonlyMap<string, Buffer>>()
      for (let night = 0; night < 3; night++) {
        for (const room of [one, other]) {
          room.content.set('db/database', Buffer.from(rowsOf(random, 1500).join('')))
          room.content.set('docs/tree', Buffer.from('a document\n'))
          room.clock.advance(86_400_000)
        }
        // While each is at its first piece the other prunes.
        let isPruned = false
        other.beforePiece = async () => {
          if (isPruned) return
          isPruned = true
          await one.prune()
        }
        const [a, b] = await Promise.all([one.create(), other.create()])
        assert.notEqual(a.id, b.id)
        held.set(a.id, new Map(one.content))
        held.set(b.id, new Map(other.content))
        await Promise.all([one.prune(), other.prune()])
      }
      for (const room of [one, other]) {
        const found = await room.verify()
        assert.ok(Object.keys(found).length > 0)
        assert.deepEqual(new Set(Object.values(found)), new Set(['good']))
        for (const id of Object.keys(found)) assert.deepEqual(await room.read(id), { parts: held.get(id) })
      }
    } finally {
      await other.close()
      await one.close()
    }
  })
})
