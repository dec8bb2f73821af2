import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { debianTool } from '../../scripts/provision/debian-tool.ts'
import { aComponent, type TestContext, testContext } from '../../test/support/context.ts'
import type { BackupAbility } from '../core/backup.ts'
import type { BackupRecord } from '../core/backup-record.ts'
import { systemClock } from '../core/clock.ts'
import { isReadable, needsOf, recordsById } from '../core/good-copy.ts'
import type { Repository } from '../core/repository.ts'
import { openFolder } from '../integrations/folder/open-folder.ts'
import { createBackup } from './create-backup.ts'
import { inspectBackup } from './inspect-backup.ts'
import { openBackup } from './open-backup.ts'
import { entrySchema } from './options.ts'
import { partsToCopy } from './parts-to-copy.ts'
import { backupFolder } from './places.ts'
import { withScratch } from './scratch.ts'
import { createPruneTask } from './tasks/prune.ts'

const rows = 20_000
const what = ['busy', 'quiet']
const nightly = aComponent({ ...entrySchema.parse({ what }), to: { kind: 'folder' } }, 'nightly')
const { system, name: entry, options } = nightly

let now: Date
let root: string
let ctx: TestContext
let repository: Repository
let contents: Map<string, string[]>

const row = (): string => `${Math.random().toString(36).slice(2, 12)}\t`.repeat(4)

/** A component that dumps rows held here. */
function rowsOf(component: string): BackupAbility {
  const unused = async (): Promise<never> => assert.fail('not asked')
  return {
    ...{ planRestore: unused, restore: unused, rehearse: unused, byHand: () => [] },
    survey: async () => ({ parts: [{ name: 'rows', file: 'rows.txt', bytes: null }], notes: [] }),
    dump: async (_ctx, _part, write) => {
      await write(Buffer.from((contents.get(component) ?? []).join('\n')))
      return { facts: {}, notes: [] }
    },
  }
}

beforeEach(async () => {
  now = new Date('2026-11-02T02:00:00Z')
  root = mkdtempSync(join(tmpdir(), 'vigie-outgrown-'))
  mkdirSync(join(root, 'repository'))
  contents = new Map(what.map((name) => [name, Array.from({ length: rows }, row)]))
  ctx = testContext({
    clock: { ...systemClock, now: () => now },
    dataDir: join(root, 'data'),
    timeoutMs: 60_000,
    component: (name) => ({ abilities: { backup: rowsOf(name) }, ctx }),
  })
  repository = await openFolder(join(root, 'repository'))
})
afterEach(async () => {
  await ctx.close()
  rmSync(root, { recursive: true, force: true })
})

/** Two fifths of the busy rows are others, and one of the quiet ones. */
async function nextDay(into: Repository): Promise<BackupRecord> {
  now = new Date(now.getTime() + 24 * 3_600_000)
  const busy = contents.get('busy') ?? []
  for (let change = 0; change < rows / 2; change++) busy[Math.floor(Math.random() * rows)] = row()
  contents.get('quiet')?.splice(7, 1, row())
  const toCopy = await partsToCopy(what, options, ctx)
  return createBackup(nightly, { toCopy, run: 'r' }, into, ctx)
}

const partOf = ({ parts }: BackupRecord, component: string) => parts.find((part) => part.component === component)
const onlyFar = (near: Repository): Repository => ({ ...near, fileOf: undefined as never })

describe('a part whose differences have grown', () => {
  for (const [where, placed] of [
    ['in a folder', (near: Repository) => near],
    ['elsewhere, with a shelf on this machine', onlyFar],
  ] as const) {
    it(`is stored whole before the rest is, and later ones are differences to that: ${where}`, async () => {
      const days: BackupRecord[] = []
      for (let day = 0; day < 6; day++) days.push(await nextDay(placed(repository)))
      const [full, ...others] = days
      assert.ok(full && full.base === undefined)
      assert.ok(
        others.every(({ base, status }) => base === full.id && status === 'succeeded'),
        'what is quiet is a difference to the full one all week',
      )
      const whole = others.find(
        (day) => (partOf(day, 'busy')?.storedBytes ?? 0) > (partOf(full, 'busy')?.storedBytes ?? 0) * 0.9,
      )
      assert.ok(whole, JSON.stringify(days.map(({ parts }) => parts.map(({ storedBytes }) => storedBytes))))
      const after = days[days.indexOf(whole) + 1] ?? assert.fail('no day came after it')
      assert.equal(partOf(after, 'busy')?.base, whole.id)
      assert.equal(partOf(after, 'quiet')?.base, undefined)
      assert.ok((partOf(after, 'busy')?.storedBytes ?? 0) < (partOf(whole, 'busy')?.storedBytes ?? 0) * 0.6)
      assert.deepEqual(needsOf(after).toSorted(), [full.id, whole.id].toSorted())
    })
  }

  it('comes back, by Vigie and by hand; what it rests on stays as long as it does, and is missed', async () => {
    const days: BackupRecord[] = []
    while (days.length < 7 && partOf(days.at(-1) ?? ({ parts: [] } as never), 'busy')?.base === undefined)
      days.push(await nextDay(repository))
    const last = days.at(-1) ?? assert.fail('no day')
    const expected = (contents.get('busy') ?? []).join('\n')
    const opened = await openBackup({ system, entry, options }, last, repository, ctx)
    await withScratch(ctx, async (scratch) => {
      const pieces = []
      for (const { component, parts } of opened.components(scratch))
        if (component === 'busy') for (const part of parts) for await (const piece of part.read()) pieces.push(piece)
      assert.equal(Buffer.concat(pieces).toString(), expected)
    })
    const folder = join(root, 'repository', backupFolder(system, entry, last.id))
    const PATH = [dirname(await debianTool('zstd', 'usr/bin/zstd')), '/usr/bin', '/bin'].join(':')
    execFileSync('/bin/sh', ['restore.sh'], { cwd: folder, env: { PATH } })
    assert.equal(readFileSync(join(folder, 'restored/busy/rows.txt'), 'utf8'), expected)

    const whole = partOf(last, 'busy')?.base ?? ''
    const prune = createPruneTask(async () => repository)
    const keepOne = aComponent({ ...entrySchema.parse({ what, keep: { last: 1 } }), to: { kind: 'folder' } }, entry)
    now = new Date(now.getTime() + 400 * 24 * 3_600_000)
    const planned = await prune.plan(keepOne, prune.options.parse({}), ctx)
    const gone = planned.map(({ expected: { id } }) => id)
    assert.ok(!gone.includes(whole) && !gone.includes(last.id), 'what a kept one rests on stays')

    const records = await ctx.backups.list()
    const withoutIt = recordsById(records.filter(({ id }) => id !== whole))
    assert.ok(isReadable(last, recordsById(records)) && !isReadable(last, withoutIt))
    for await (const { path } of repository.list(backupFolder(system, entry, whole)))
      if (path.includes('/busy/')) await repository.remove([path])
    assert.equal((await inspectBackup(nightly, last, { repository, readsAll: false }, ctx)).problem?.code, 'truncated')
  })
})
