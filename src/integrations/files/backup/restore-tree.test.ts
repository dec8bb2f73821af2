import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { dumped, storedAs, withTree } from '../../../../test/support/tree-backup.ts'
import { BackupError, type RestoreWanted, type StoredComponent } from '../../../core/backup.ts'
import type { StepContext } from '../../../core/context.ts'
import { VigieError } from '../../../core/errors.ts'
import { filesOptions } from '../options.ts'
import { treeBackup } from './tree-backup.ts'

const ability = treeBackup(filesOptions.parse({ path: 'docs', backup: { exclude: ['cache'] } }))

function plant(root: string): void {
  mkdirSync(join(root, 'contracts/2026'), { recursive: true })
  writeFileSync(join(root, 'contracts/2026/one.pdf'), 'one')
  writeFileSync(join(root, 'contracts/2026/two.pdf'), 'two')
  writeFileSync(join(root, 'contracts/list'), 'list')
  writeFileSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xe9, 0x0a])]), 'latin')
  symlinkSync('contracts/list', join(root, 'link'))
}

const backedUp = async (ctx: StepContext): Promise<StoredComponent> => {
  const { archive, dump } = await dumped(ability, ctx)
  return storedAs(archive, dump.facts)
}

const restore = async (ctx: StepContext, stored: StoredComponent, wanted: Partial<RestoreWanted> = {}) => {
  const [action] = await ability.planRestore(ctx, stored, { over: false, only: [], ...wanted })
  assert.ok(action)
  return { action, outcome: await ability.restore(ctx, stored, action) }
}

const failureOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work
  } catch (error) {
    if (error instanceof BackupError) return `${error.failure} ${error.text.code}`
    if (error instanceof VigieError) return `${error.code} ${error.text.code}`
    throw error
  }
  return 'none'
}

const same = (one: string, other: string): void => {
  execFileSync('diff', ['-r', '--no-dereference', one, other])
}

describe('the restore of a tree of files', () => {
  it('goes beside by default, compared with the backup, and is refused where something is already', () =>
    withTree(async ({ scratch, root, ctx }) => {
      plant(root)
      const stored = await backedUp(ctx)
      const { action, outcome } = await restore(ctx, stored)
      const beside = `${root}.restored-20261121T020000Z`
      assert.deepEqual([action.effect, action.target], ['change', beside])
      assert.equal(outcome.status === 'done' && outcome.note?.code, 'files.restored')
      same(root, beside)
      assert.deepEqual(readdirSync(scratch).toSorted(), ['docs', 'docs.restored-20261121T020000Z'])
      assert.equal(await failureOf(restore(ctx, stored)), 'assertion files.restore-there')
      await restore(ctx, stored, { to: 'elsewhere' })
      same(root, join(scratch, 'elsewhere'))
      mkdirSync(join(scratch, 'empty'))
      await restore(ctx, stored, { to: 'empty' })
      same(root, join(scratch, 'empty'))
      assert.equal(await failureOf(restore(ctx, stored, { to: 'docs/inside' })), 'assertion files.restore-not-beside')
      assert.equal(await failureOf(restore(ctx, stored, { to: 'no/parent' })), 'assertion files.restore-no-parent')
      assert.equal(await failureOf(restore(ctx, stored, { to: '.vigie' })), 'assertion files.restore-not-beside')
    }))

  it('takes the place of the living tree by a rename, and keeps that', () =>
    withTree(async ({ scratch, root, ctx }) => {
      plant(root)
      const stored = await backedUp(ctx)
      rmSync(join(root, 'contracts/list'))
      writeFileSync(join(root, 'contracts/2026/one.pdf'), 'spoiled')
      const { action, outcome } = await restore(ctx, stored, { over: true })
      assert.deepEqual([action.effect, action.target, action.undo?.code], ['destroy', root, 'files.restore-undo'])
      assert.equal(outcome.status === 'done' && outcome.note?.code, 'files.restored-over')
      assert.equal(readFileSync(join(root, 'contracts/2026/one.pdf'), 'utf8'), 'one')
      const [before = ''] = readdirSync(scratch).filter((name) => name.startsWith('docs.before-'))
      assert.equal(readFileSync(join(scratch, before, 'contracts/2026/one.pdf'), 'utf8'), 'spoiled')
      // A second one, of the same second, loses nothing either.
      await restore(ctx, stored, { over: true })
      assert.equal(readdirSync(scratch).filter((name) => name.startsWith('docs.before-')).length, 2)
    }))

  it('needs no safety copy where nothing is left: a folder that is gone, or was emptied', () =>
    withTree(async ({ root, ctx }) => {
      plant(root)
      const stored = await backedUp(ctx)
      rmSync(root, { recursive: true })
      for (const lost of [
        () => undefined,
        () => {
          rmSync(root, { recursive: true })
          mkdirSync(join(root, 'contracts/2026'), { recursive: true })
        },
      ]) {
        lost()
        const { action, outcome } = await restore(ctx, stored, { over: true })
        assert.deepEqual([action.effect, outcome.status], ['change', 'done'])
        assert.equal(readFileSync(join(root, 'contracts/list'), 'utf8'), 'list')
      }
      rmSync(join(root, 'contracts/list'))
      const [action] = await ability.planRestore(ctx, stored, { over: true, only: ['contracts/list'] })
      assert.equal(action?.effect, 'destroy')
    }))

  it('plans the same twice, and does nothing when another folder stands there than was planned for', () =>
    withTree(async ({ scratch, root, ctx }) => {
      plant(root)
      const stored = await backedUp(ctx)
      const wanted = { over: true, only: [] }
      const [action] = await ability.planRestore(ctx, stored, wanted)
      assert.deepEqual([action], await ability.planRestore(ctx, stored, wanted))
      assert.ok(action)
      renameSync(root, join(scratch, 'moved'))
      mkdirSync(root)
      const outcome = await ability.restore(ctx, stored, action)
      assert.equal(outcome.status === 'skipped' && outcome.reason.code, 'files.restore-changed')
    }))

  it('refuses to replace a tree as a whole when something in it is no part of the backup and must stay', () =>
    withTree(async ({ root, ctx }) => {
      plant(root)
      const stored = await backedUp(ctx)
      mkdirSync(join(root, 'cache'))
      mkdirSync(join(root, '.vigie-quarantine'))
      await restore(ctx, stored, { over: true })
      mkdirSync(join(root, 'pg/base'), { recursive: true })
      writeFileSync(join(root, 'pg/PG_VERSION'), '15')
      assert.equal(await failureOf(restore(ctx, stored, { over: true })), 'assertion files.restore-would-lose')
      assert.equal(await failureOf(restore(ctx, stored, { over: true, only: ['contracts'] })), 'none')
    }))

  it('brings back single files and folders, by path and by glob, beside or in place', () =>
    withTree(async ({ scratch, root, ctx }) => {
      plant(root)
      const stored = await backedUp(ctx)
      await restore(ctx, stored, { to: 'some', only: ['contracts/2026/*.pdf', 'link'] })
      assert.deepEqual(readdirSync(join(scratch, 'some')), ['contracts', 'link'])
      assert.deepEqual(readdirSync(join(scratch, 'some/contracts')), ['2026'])
      assert.equal(readFileSync(join(scratch, 'some/contracts/2026/two.pdf'), 'utf8'), 'two')
      writeFileSync(join(root, 'contracts/2026/one.pdf'), 'spoiled')
      writeFileSync(join(root, 'contracts/list'), 'changed since, and not asked for')
      const { outcome } = await restore(ctx, stored, { over: true, only: ['contracts/2026/one.pdf'] })
      assert.equal(outcome.status === 'done' && outcome.note?.code, 'files.restored-over')
      assert.equal(readFileSync(join(root, 'contracts/2026/one.pdf'), 'utf8'), 'one')
      assert.equal(readFileSync(join(root, 'contracts/list'), 'utf8'), 'changed since, and not asked for')
      const [before = ''] = readdirSync(join(root, 'contracts/2026')).filter((name) => name.includes('.before-'))
      assert.equal(readFileSync(join(root, 'contracts/2026', before), 'utf8'), 'spoiled')
      rmSync(join(root, 'contracts'), { recursive: true })
      await restore(ctx, stored, { over: true, only: ['contracts/2026/one.pdf', 'contracts/2026/two.pdf'] })
      assert.deepEqual(readdirSync(join(root, 'contracts/2026')), ['one.pdf', 'two.pdf'])
      const missing = { over: true, only: ['contracts/2026/one.pdf', 'contracts/three.pdf'] }
      assert.equal(await failureOf(restore(ctx, stored, missing)), 'volume-missing files.restore-not-in-backup')
      rmSync(join(root, 'contracts'), { recursive: true })
      mkdirSync(join(scratch, 'outside/2026'), { recursive: true })
      symlinkSync('../outside', join(root, 'contracts'))
      const through = restore(ctx, stored, { over: true, only: ['contracts/2026/one.pdf'] })
      assert.equal(await failureOf(through), 'assertion files.restore-through-link')
      assert.deepEqual(readdirSync(join(scratch, 'outside/2026')), [])
    }))

  it('leaves the living tree alone when the archive is cut, spoiled or not what was packed', () =>
    withTree(async ({ scratch, root, ctx }) => {
      plant(root)
      const { archive, dump } = await dumped(ability, ctx)
      const at = archive.indexOf('one\0', archive.indexOf('one.pdf') + 400)
      const flipped = (offset: number): Buffer => {
        const copy = Buffer.from(archive)
        copy[offset] = (copy[offset] ?? 0) ^ 0x20
        return copy
      }
      const cases: readonly (readonly [Buffer, object, string])[] = [
        [archive.subarray(0, 4000), dump.facts, 'truncated files.archive-spoiled'],
        [flipped(archive.indexOf('./contracts') + 2), dump.facts, 'checksum files.archive-spoiled'],
        [flipped(at), dump.facts, 'checksum files.restore-not-as-packed'],
        [archive, { ...dump.facts, version: 2 }, 'manifest-missing files.no-facts'],
        [
          archive,
          { ...dump.facts, digests: { ...Object(dump.facts['digests']), modes: '0'.repeat(64) } },
          'checksum files.restore-not-as-packed',
        ],
        [
          archive,
          { ...dump.facts, counts: { ...Object(dump.facts['counts']), files: 1 } },
          'assertion files.archive-refused',
        ],
      ]
      for (const [bytes, facts, expected] of cases) {
        const stored = storedAs(bytes, JSON.parse(JSON.stringify(facts)))
        assert.equal(await failureOf(restore(ctx, stored, { over: true })), expected)
        assert.equal(readFileSync(join(root, 'contracts/list'), 'utf8'), 'list')
        assert.deepEqual(readdirSync(scratch), ['docs'])
      }
    }))

  it('cleans what a restore that was killed left, and nothing that bears no mark of it', () =>
    withTree(async ({ scratch, root, ctx }) => {
      plant(root)
      const stored = await backedUp(ctx)
      const staging = join(scratch, '.docs.vigie-restore')
      mkdirSync(join(staging, 'tree/half'), { recursive: true })
      assert.equal(await failureOf(restore(ctx, stored, { over: true })), 'assertion files.restore-not-ours')
      writeFileSync(join(staging, 'vigie-restore.json'), JSON.stringify({ vigie: 'restore', target: '/other' }))
      assert.equal(await failureOf(restore(ctx, stored, { over: true })), 'assertion files.restore-not-ours')
      writeFileSync(join(staging, 'vigie-restore.json'), JSON.stringify({ vigie: 'restore', target: root }))
      chmodSync(join(staging, 'tree/half'), 0)
      await restore(ctx, stored, { over: true })
      assert.ok(!existsSync(staging))
      same(root, join(scratch, readdirSync(scratch).find((name) => name.startsWith('docs.before-')) ?? ''))
    }))

  it('says before anything is touched that there is no space', () =>
    withTree(async ({ root, ctx }) => {
      plant(root)
      const { archive, dump } = await dumped(ability, ctx)
      const stored = storedAs(archive, dump.facts)
      const huge = { ...stored, parts: stored.parts.map((part) => ({ ...part, bytes: 1e15 })) }
      assert.equal(await failureOf(restore(ctx, huge)), 'no-space files.restore-no-space')
      assert.equal(await failureOf(ability.rehearse(ctx, huge, root)), 'no-space files.restore-no-space')
      assert.ok(lstatSync(root).isDirectory())
    }))
})
