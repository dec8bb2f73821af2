import assert from 'node:assert/strict'
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { aComponent, type TestContext, testContext } from '../../test/support/context.ts'
import { BackupError } from '../core/backup.ts'
import type { BackupRecord } from '../core/backup-record.ts'
import type { Component } from '../core/check.ts'
import { systemClock } from '../core/clock.ts'
import type { Repository } from '../core/repository.ts'
import type { Action, ActionOutcome } from '../core/task.ts'
import { openFolder } from '../integrations/folder/open-folder.ts'
import { createBackup } from './create-backup.ts'
import { type EntryOptions, entrySchema } from './options.ts'
import { createPruneTask } from './tasks/prune.ts'

const dayMs = 86_400_000

/** Two days from now: what is written now is old enough to be a leftover. */
let now: Date
let root: string
let ctx: TestContext
let repository: Repository
/** What the next removals do, by how many went before. */
let beforeRemove: (path: string, index: number) => 'go' | 'locked' | 'dies'
let removals: number

beforeEach(async () => {
  now = new Date(Date.now() + 2 * dayMs)
  root = mkdtempSync(join(tmpdir(), 'vigie-prune-'))
  mkdirSync(join(root, 'repository'))
  ctx = testContext({ clock: { ...systemClock, now: () => now }, dataDir: join(root, 'data') })
  removals = 0
  beforeRemove = () => 'go'
  const real = await openFolder(join(root, 'repository'))
  repository = {
    ...real,
    remove: async (paths) => {
      const kept = []
      for (const path of paths) {
        const what = beforeRemove(path, removals++)
        if (what === 'dies') throw new BackupError('unreachable', { code: 'test.dead', params: {} })
        if (what === 'locked')
          kept.push({ path, until: new Date('2027-06-01'), reason: { code: 'test.lock', params: {} } })
        else kept.push(...(await real.remove([path])))
      }
      return kept
    },
  }
})
afterEach(async () => {
  await ctx.close()
  rmSync(root, { recursive: true, force: true })
})

const task = createPruneTask(async () => repository)
const entryOf = (keep: unknown, name = 'nightly'): Component<EntryOptions> =>
  aComponent({ ...entrySchema.parse({ what: ['db'], keep }), to: { kind: 'folder' } }, name)
const nightly = entryOf({ last: 1 })

async function backup(daysAgo: number, more: Partial<BackupRecord> = {}, entry = nightly): Promise<BackupRecord> {
  const at = new Date(now.getTime() - daysAgo * dayMs)
  const dumping = { ...ctx, clock: { ...systemClock, now: () => at } }
  const ability = {
    survey: async () => ({ parts: [], notes: [] }),
    dump: async (_: unknown, __: string, write: (piece: Uint8Array) => Promise<void>) => {
      await write(Buffer.from(`bytes of ${daysAgo}`))
      return { facts: {}, notes: [] }
    },
    planRestore: async () => [],
    restore: async (): Promise<ActionOutcome> => ({ status: 'done', changed: true }),
    rehearse: async () => ({ env: {}, assertions: async () => [], end: async () => undefined }),
    byHand: () => [],
  }
  const part = { name: 'database', file: 'database.dump', bytes: 10 }
  const toCopy = [{ from: { name: 'db', ability, ctx: dumping }, part }]
  const made = { ...(await createBackup(entry, { toCopy, run: 'r' }, repository, dumping)), ...more }
  await ctx.backups.keep(made)
  return made
}

/** As a run of its own: what one run has seen, the next looks at again. */
async function inRun<T>(work: (ctx: TestContext) => Promise<T>): Promise<T> {
  const shared = new Map<string, unknown>()
  const share: TestContext['share'] = async (key, open) => {
    if (!shared.has(key)) shared.set(key, await open())
    return shared.get(key) as Awaited<ReturnType<typeof open>>
  }
  return work({ ...ctx, share })
}
const most = { most: 1000 }
const plan = (entry = nightly): Promise<readonly Action[]> => inRun((own) => task.plan(entry, most, own))
const removing = async (entry = nightly): Promise<readonly Action[]> =>
  (await plan(entry)).filter(({ expected }) => expected['is'] !== 'writings')
const act = (action: Action, entry = nightly): Promise<ActionOutcome> =>
  inRun((own) => task.execute(action, entry, most, own))
const pruneAll = async (entry = nightly): Promise<readonly ActionOutcome[]> => {
  const outcomes = []
  for (const action of await plan(entry)) outcomes.push(await act(action, entry))
  return outcomes
}
const codeOf = (outcome: ActionOutcome): string =>
  outcome.status === 'skipped' ? outcome.reason.code.replace('backups.', '') : 'done'
const there = (): readonly string[] =>
  globSync('**/*', { cwd: join(root, 'repository'), withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => join(one.parentPath, one.name))
const idsInBook = async (): Promise<readonly string[]> =>
  (await ctx.backups.list()).filter(({ removedAt }) => removedAt === undefined).map(({ id }) => id)

describe('prune', () => {
  it('plans what no rule keeps, with its bytes, the oldest first; acts; and then has nothing to do', async () => {
    const [old, older, newest] = [await backup(5), await backup(9), await backup(1)]
    const planned = await plan()
    assert.deepEqual(
      planned.map(({ expected, effect, summary }) => [expected['id'] ?? expected['is'], effect, summary.code]),
      [
        [older.id, 'destroy', 'backups.go-old'],
        [old.id, 'destroy', 'backups.go-old'],
        ['writings', 'change', 'backups.prune-unfinished'],
      ],
    )
    const ofOne = there().filter((file) => file.includes(older.id))
    assert.equal(
      planned[0]?.bytes,
      ofOne.reduce((sum, file) => sum + readFileSync(file).length, 0),
    )
    assert.equal((await idsInBook()).length, 3)
    assert.deepEqual((await pruneAll()).map(codeOf), ['done', 'done', 'done'])
    assert.deepEqual(await idsInBook(), [newest.id])
    assert.ok(there().length > 0 && there().every((file) => file.includes(newest.id)))
    assert.deepEqual(await plan(), [])
  })

  it('touches no other entry, and nothing that is not called as a backup', async () => {
    const [, newest] = [await backup(5), await backup(1)]
    const other = entryOf({ last: 1 }, 'nightly-too')
    const [others, mine] = [await backup(5, {}, other), await backup(6, {}, other)]
    const strange = [
      'test/nightly/notes.txt',
      'test/nightly/2026/x',
      'test/readme',
      `test/nightly/${newest.id}x/manifest.json`,
    ]
    for (const path of strange) {
      mkdirSync(join(root, 'repository', path, '..'), { recursive: true })
      writeFileSync(join(root, 'repository', path), 'mine')
    }
    await pruneAll()
    assert.deepEqual([...(await idsInBook())].toSorted(), [others.id, mine.id, newest.id].toSorted())
    for (const path of strange) assert.ok(existsSync(join(root, 'repository', path)), path)
    assert.ok(there().some((file) => file.includes(mine.id)))
  })

  it('skips what became the last good one, was proved, or went since it was planned', async () => {
    const [old, newest] = [await backup(5), await backup(1)]
    const [action] = await removing()
    assert.ok(action)
    await ctx.backups.keep({ ...old, provedAt: now })
    assert.equal(codeOf(await act(action)), 'prune-stays')
    await ctx.backups.keep(old)
    const manifest = there().find((file) => file.endsWith(`${newest.id}/manifest.json`)) ?? ''
    const body = readFileSync(manifest)
    rmSync(manifest)
    assert.equal(codeOf(await act(action)), 'prune-stays')
    writeFileSync(manifest, body)
    writeFileSync(join(root, 'repository', 'test', 'nightly', old.id, 'more'), 'more')
    assert.equal(codeOf(await act(action)), 'prune-changed')
    rmSync(join(root, 'repository', 'test', 'nightly', old.id, 'more'))
    assert.equal(codeOf(await act(action)), 'done')
    assert.equal(codeOf(await act(action)), 'prune-gone')
  })

  it('cut off at any point leaves no good backup that is not whole, and the next run goes on', async () => {
    const perBackup = there().length
    for (let point = 0; point < 40; point++) {
      const [newest, old, older] = [await backup(1), await backup(5), await backup(9)]
      removals = 0
      let isDead = false
      beforeRemove = (_, index) => {
        isDead ||= index >= point
        return isDead ? 'dies' : 'go'
      }
      const book = { ...ctx.backups }
      const died = await pruneAll().then(
        () => false,
        () => true,
      )
      beforeRemove = () => 'go'
      for (const { id, removedAt } of await book.list()) {
        if (removedAt !== undefined) continue
        const files = there().filter((file) => file.includes(id)).length
        assert.equal(files, 4, `${id} after ${point} removals`)
      }
      await pruneAll()
      assert.deepEqual(await plan(), [])
      assert.ok(there().every((file) => file.includes(newest.id)))
      assert.ok(!(await idsInBook()).some((id) => id === old.id || id === older.id))
      if (!died) return
      for (const record of await ctx.backups.list()) await ctx.backups.keep({ ...record, removedAt: now })
      rmSync(join(root, 'repository', 'test'), { recursive: true })
    }
    assert.fail(`it never came to its end (${perBackup})`)
  })

  it('tells until when a store keeps one, leaves it as it was, and goes on with the others', async () => {
    const [locked, free, newest] = [await backup(9), await backup(5), await backup(1)]
    beforeRemove = (path) => (path.includes(locked.id) ? 'locked' : 'go')
    const [first, second] = await pruneAll()
    assert.ok(first?.status === 'skipped' && second?.status === 'done')
    assert.deepEqual(
      [first.reason.code, first.reason.params['until']],
      ['backups.prune-locked', '2027-06-01T00:00:00.000Z'],
    )
    assert.deepEqual(await idsInBook(), [newest.id, locked.id])
    assert.deepEqual(
      (await ctx.backups.list()).find(({ id }) => id === locked.id),
      locked,
    )
    assert.ok(!there().some((file) => file.includes(free.id)))
  })

  it('keeps a full one while a difference to it could not be removed', async () => {
    const full = await backup(9)
    const difference = await backup(8, { base: full.id })
    await backup(1)
    beforeRemove = (path) => (path.includes(difference.id) ? 'locked' : 'go')
    assert.deepEqual((await pruneAll()).map(codeOf), ['prune-locked', 'prune-needed', 'done'])
    assert.ok(there().some((file) => file.includes(full.id)))
    beforeRemove = () => 'go'
    assert.deepEqual((await pruneAll()).map(codeOf), ['done', 'done', 'done'])
  })

  it('keeps a full one that a backup rests on of which the book knows nothing', async () => {
    const [full, unknown] = [await backup(9), await backup(3, { removedAt: undefined })]
    const newest = await backup(1)
    const file = there().find((one) => one.endsWith(`${unknown.id}/manifest.json`)) ?? ''
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), base: full.id }))
    const others = (await ctx.backups.list()).filter(({ id }) => id !== unknown.id)
    ctx = { ...ctx, backups: { ...ctx.backups, list: async () => others } }
    assert.deepEqual(await plan(), [])
    writeFileSync(file, 'damaged')
    assert.deepEqual(
      (await removing()).map(({ expected }) => expected['id']),
      [full.id],
    )
    assert.deepEqual(await idsInBook(), [newest.id, full.id])
  })

  it('names what was cut off, once it is a day old and not running any more', async () => {
    const [newest, cut] = [await backup(0.1), await backup(4)]
    rmSync(there().find((file) => file.endsWith(`${cut.id}/manifest.json`)) ?? '')
    // Its manifest was written, says the book: that is for somebody to look at.
    assert.deepEqual(await plan(), [])
    await ctx.backups.keep({ ...cut, status: 'running', finishedAt: undefined, manifestSha256: undefined })
    assert.deepEqual(
      (await removing()).map(({ summary }) => summary.code),
      ['backups.prune-leftover'],
    )
    const later = now
    now = new Date()
    assert.deepEqual(await plan(), [], 'written a moment ago')
    now = later
    assert.deepEqual((await pruneAll()).map(codeOf), ['done', 'done'])
    assert.deepEqual(await idsInBook(), [newest.id])
    assert.equal((await ctx.backups.list()).find(({ id }) => id === cut.id)?.status, 'failed')
  })

  it('takes one that failed out of the book, when a good one came long after it', async () => {
    const newest = await backup(1)
    const failed = { ...newest, id: '2026-01-01T020000-ffffff', startedAt: new Date(now.getTime() - 20 * dayMs) }
    await ctx.backups.keep({ ...failed, status: 'failed', parts: [], manifestSha256: undefined })
    assert.deepEqual(
      (await removing()).map(({ summary }) => summary.code),
      ['backups.go-failed'],
    )
    assert.deepEqual((await pruneAll()).map(codeOf), ['done', 'done'])
    assert.deepEqual(await idsInBook(), [newest.id])
  })

  it('ends what a killed writing left, beside what goes', async () => {
    const [old] = [await backup(5), await backup(1)]
    const left = join(root, 'repository', 'test', 'nightly', old.id, '.unfinished-0123456789abcdef')
    writeFileSync(left, 'half')
    const outcomes = await pruneAll()
    const last = outcomes.at(-1)
    assert.ok(last?.status === 'done')
    assert.deepEqual([last.changed, last.note?.params], [true, { count: 1 }])
    assert.equal(existsSync(left), false)
  })

  it('tells of a repository that does not answer, and takes nothing out of the book', async () => {
    await backup(5)
    await backup(1)
    const [action] = await removing()
    assert.ok(action)
    repository = {
      ...repository,
      list: () => ({
        [Symbol.asyncIterator]: () => ({
          next: async () => Promise.reject(new BackupError('unreachable', { code: 'test.dead', params: {} })),
        }),
      }),
    }
    for (const work of [() => plan(), () => act(action)])
      await assert.rejects(work(), (error) => error instanceof BackupError && error.failure === 'unreachable')
    assert.equal((await idsInBook()).length, 2)
  })
})
