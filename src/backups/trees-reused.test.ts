import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { debianTool } from '../../scripts/provision/debian-tool.ts'
import { aComponent, type TestContext, testContext } from '../../test/support/context.ts'
import type { BackupRecord } from '../core/backup-record.ts'
import { systemClock } from '../core/clock.ts'
import type { Repository } from '../core/repository.ts'
import { treeBackup } from '../integrations/files/backup/tree-backup.ts'
import { filesOptions } from '../integrations/files/options.ts'
import { openFolder } from '../integrations/folder/open-folder.ts'
import { createBackup } from './create-backup.ts'
import { inspectBackup } from './inspect-backup.ts'
import { openBackup, readManifest } from './open-backup.ts'
import { entrySchema } from './options.ts'
import { partsToCopy } from './parts-to-copy.ts'
import { backupFolder } from './places.ts'
import { withScratch } from './scratch.ts'

const nightly = aComponent({ ...entrySchema.parse({ what: ['docs'] }), to: { kind: 'folder' } }, 'nightly')
const { system, name: entry, options } = nightly
const files = 200

let now: Date
let root: string
let ctx: TestContext
let repository: Repository

beforeEach(async () => {
  // What was written a minute before a dump would be read again.
  now = new Date(Date.now() + 3_600_000)
  root = mkdtempSync(join(tmpdir(), 'vigie-trees-'))
  for (const folder of ['repository', 'docs', 'docs/in']) mkdirSync(join(root, folder))
  for (let count = 0; count < files; count++)
    writeFileSync(join(root, 'docs', 'in', `f${count}`), `${Math.random()} `.repeat(50))
  const ability = treeBackup(filesOptions.parse({ path: 'docs' }))
  ctx = testContext({
    clock: { ...systemClock, now: () => now },
    baseDir: root,
    dataDir: join(root, 'data'),
    timeoutMs: 60_000,
    component: () => ({ abilities: { backup: ability }, ctx }),
  })
  repository = await openFolder(join(root, 'repository'))
})
afterEach(async () => {
  await ctx.close()
  rmSync(root, { recursive: true, force: true })
})

async function create(into = repository): Promise<BackupRecord> {
  now = new Date(now.getTime() + 3_600_000)
  const toCopy = await partsToCopy(['docs'], options, ctx)
  return createBackup(nightly, { toCopy, run: 'r' }, into, ctx)
}
const partIn = async (record: BackupRecord) =>
  (await readManifest({ system, entry }, record, repository)).parts[0] ?? assert.fail('it has no part')
const notes = (): readonly string[] => globSync('data/dump-notes/*/*', { cwd: root })
const inspected = (record: BackupRecord) => inspectBackup(nightly, record, { repository, readsAll: true }, ctx)

/** What a restore of it would bring: each file with its content. */
async function content(record: BackupRecord): Promise<Readonly<Record<string, string>>> {
  const target = mkdtempSync(join(root, 'back-'))
  const opened = await openBackup({ system, entry, options }, record, repository, ctx)
  await withScratch(ctx, async (scratch) => {
    const pieces = []
    for (const { parts } of opened.components(scratch))
      for (const part of parts) for await (const piece of part.read()) pieces.push(piece)
    execFileSync('tar', ['-xf', '-', '-C', target], { input: Buffer.concat(pieces) })
  })
  return contentOf(target)
}
/** What its own lines bring, run by a shell with standard tools. */
async function byHand({ id }: BackupRecord): Promise<Readonly<Record<string, string>>> {
  const folder = join(root, 'repository', backupFolder(system, entry, id))
  const PATH = [dirname(await debianTool('zstd', 'usr/bin/zstd')), '/usr/bin', '/bin'].join(':')
  execFileSync('/bin/sh', ['restore.sh'], { cwd: folder, env: { PATH } })
  const target = mkdtempSync(join(root, 'hand-'))
  execFileSync('tar', ['-xf', join(folder, 'restored', 'docs', 'tree.tar'), '-C', target])
  rmSync(join(folder, 'restored'), { recursive: true })
  return contentOf(target)
}

const contentOf = (folder: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(join(folder, 'in'))
      .toSorted()
      .map((name) => [name, readFileSync(join(folder, 'in', name), 'utf8')]),
  )

describe('backups of a tree, one a day', () => {
  it('store what has changed, and each comes back as it was', async () => {
    const monday = await create()
    assert.equal(notes().length, 1)
    const wasMonday = contentOf(join(root, 'docs'))
    appendFileSync(join(root, 'docs', 'in', 'f7'), 'more')
    const tuesday = await create()
    rmSync(join(root, 'docs', 'in', 'f8'))
    writeFileSync(join(root, 'docs', 'in', 'g'), 'new')
    const wednesday = await create()
    appendFileSync(join(root, 'docs', 'in', 'f9'), 'more')
    const wasThen = contentOf(join(root, 'docs'))
    const thursday = await create()
    const all = [monday, tuesday, wednesday, thursday]
    assert.deepEqual(
      all.map(({ base }) => base),
      [undefined, monday.id, monday.id, monday.id],
    )
    // Each has stored what changed since the one before, and rests on all of them.
    assert.deepEqual(
      all.map(({ parts }) => parts[0]?.needs),
      [undefined, undefined, [tuesday.id], [tuesday.id, wednesday.id]],
    )
    const stored = [monday, tuesday, wednesday].map(({ parts }) => parts[0]?.storedBytes ?? 0)
    assert.ok((stored[2] ?? 0) < (stored[0] ?? 0) / 10, String(stored))
    assert.equal((await partIn(tuesday)).packed?.reused?.bytes, tuesday.parts[0]?.bytes)
    assert.deepEqual(await content(monday), wasMonday)
    assert.deepEqual(await content(tuesday), { ...wasMonday, f7: `${wasMonday['f7']}more` })
    assert.deepEqual(await content(wednesday), { ...wasThen, f9: wasMonday['f9'] })
    assert.deepEqual(await content(thursday), wasThen)
    assert.deepEqual(await byHand(thursday), wasThen)
    for (const one of all) assert.equal((await inspected(one)).problem, undefined)
  })

  it('come back when nothing of it was as before in the middle of a week, and small again after the next full one', async () => {
    const docs = join(root, 'docs')
    const monday = await create()
    const wasMonday = contentOf(docs)
    for (const name of readdirSync(join(docs, 'in')))
      writeFileSync(join(docs, 'in', name), `${Math.random()} `.repeat(50))
    for (const folder of [docs, join(docs, 'in')]) utimesSync(folder, now, now)
    const wasTuesday = contentOf(docs)
    const tuesday = await create()
    assert.equal((await partIn(tuesday)).packed?.reused, undefined)
    appendFileSync(join(docs, 'in', 'f7'), 'more')
    const wednesday = await create()
    const thursday = await create()
    assert.deepEqual(await content(monday), wasMonday)
    assert.deepEqual(await content(tuesday), wasTuesday)
    for (const one of [wednesday, thursday]) {
      assert.deepEqual(await content(one), { ...wasTuesday, f7: `${wasTuesday['f7']}more` })
      assert.ok((one.parts[0]?.storedBytes ?? 0) < (tuesday.parts[0]?.storedBytes ?? 0) / 10)
    }
    for (const one of [monday, tuesday, wednesday, thursday]) assert.equal((await inspected(one)).problem, undefined)
    now = new Date(now.getTime() + 7 * 86_400_000)
    const next = await create()
    assert.equal(next.base, undefined)
    assert.equal((await partIn(await create())).packed?.base, next.id)
  })

  it('are differences all the same when the notes of the last full one are lost or spoiled', async () => {
    const monday = await create()
    const noted = join(root, notes()[0] ?? '')
    truncateSync(noted, statSync(noted).size - 1)
    const tuesday = await create()
    assert.equal(tuesday.base, monday.id)
    assert.equal((await partIn(tuesday)).packed?.reused, undefined)
    rmSync(join(root, 'data', 'dump-notes'), { recursive: true })
    const wednesday = await create()
    assert.equal(wednesday.base, monday.id)
    assert.deepEqual(await content(wednesday), contentOf(join(root, 'docs')))
    const object = (await partIn(monday)).packed?.segments[0]?.object ?? ''
    const file = join(root, 'repository', object)
    const changed = readFileSync(file)
    changed[changed.length >> 1] = (changed[changed.length >> 1] ?? 0) ^ 1
    writeFileSync(file, changed)
    appendFileSync(join(root, 'docs', 'in', 'f7'), 'more')
    const thursday = await create()
    assert.equal((await partIn(thursday)).packed?.base, null)
    assert.ok((await partIn(thursday)).notes?.some(({ code }) => code === 'backups.reference-unusable'))
    assert.deepEqual(await content(thursday), contentOf(join(root, 'docs')))
  })

  it('keep no second copy of the tree on this machine, wherever they go, and are whole without the notes', async () => {
    // As a repository elsewhere: no file of it can be opened here.
    const { fileOf: _, ...elsewhere } = repository
    await create(elsewhere)
    assert.deepEqual(globSync('data/references/*/*', { cwd: root }), [])
    const tuesday = await create(elsewhere)
    assert.ok((await partIn(tuesday)).packed?.reused !== undefined)
    rmSync(join(root, 'data', 'dump-notes'), { recursive: true })
    const wednesday = await create(elsewhere)
    assert.equal(wednesday.base, undefined)
    assert.deepEqual(
      (await partIn(wednesday)).notes?.map(({ code }) => code),
      ['backups.whole-reference-gone'],
    )
    assert.deepEqual(await content(wednesday), contentOf(join(root, 'docs')))
    assert.equal(notes().length, 1)
  })

  it('are not built on a full one that has lost an object, and say so', async () => {
    const monday = await create()
    const [object = ''] = (await partIn(monday)).packed?.segments.map((segment) => segment.object ?? '') ?? []
    truncateSync(join(root, 'repository', object), 100)
    const tuesday = await create()
    const part = await partIn(tuesday)
    assert.ok(part.notes?.some(({ code }) => code === 'backups.reference-unusable'))
    assert.equal(part.packed?.base, null)
    assert.deepEqual(await content(tuesday), contentOf(join(root, 'docs')))
    assert.equal((await inspected(tuesday)).problem, undefined)
  })

  it('are found out when what they share, or what is their own, has changed', async () => {
    const monday = await create()
    appendFileSync(join(root, 'docs', 'in', 'f7'), 'more')
    const tuesday = await create()
    for (const [owner, object] of [
      [tuesday, (await partIn(tuesday)).packed?.reused?.ranges.object],
      [monday, (await partIn(monday)).packed?.segments[0]?.object],
    ] as const) {
      const file = join(root, 'repository', object ?? '')
      const whole = readFileSync(file)
      const changed = Buffer.from(whole)
      changed[whole.length - 9] = (changed[whole.length - 9] ?? 0) ^ 1
      writeFileSync(file, changed)
      assert.equal((await inspected(tuesday)).problem?.code, 'checksum')
      assert.equal((await inspected(monday)).problem?.code, owner === monday ? 'checksum' : undefined)
      writeFileSync(file, whole)
    }
  })
})
