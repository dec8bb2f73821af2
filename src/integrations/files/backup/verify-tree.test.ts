import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  closeSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { dumped, storedAs, withTree } from '../../../../test/support/tree-backup.ts'
import { BackupError, type StoredComponent, type Verified } from '../../../core/backup.ts'
import type { StepContext } from '../../../core/context.ts'
import { createFormatter } from '../../../core/formatter.ts'
import type { JsonObject } from '../../../core/json.ts'
import { createRenderer, locales, messageMap } from '../../../core/message.ts'
import { filesOptions } from '../options.ts'
import { treeBackup, treeBackupTexts } from './tree-backup.ts'
import { treeIn } from './tree-facts.ts'

const ability = treeBackup(filesOptions.parse({ path: 'docs' }))
const verify = async (ctx: StepContext, stored: StoredComponent): Promise<Verified> => {
  const verified = await ability.verify?.(ctx, stored)
  assert.ok(verified !== undefined)
  for (const locale of locales) {
    const renderer = createRenderer(messageMap(treeBackupTexts), createFormatter(locale))
    for (const note of verified.notes) assert.doesNotMatch(renderer.render(note), /undefined|NaN|^files\./)
  }
  return verified
}
const wrongIn = ({ answers }: Verified): readonly string[] =>
  answers.filter(({ status }) => status === 'fail').map(({ name }) => name)

function plant(root: string): void {
  mkdirSync(join(root, 'a/b'), { recursive: true })
  writeFileSync(join(root, 'a/b/plain'), 'plain')
  writeFileSync(join(root, 'a/large'), Buffer.alloc(300_000, 'x'))
  writeFileSync(Buffer.concat([Buffer.from(`${root}/a/`), Buffer.from([0xff, 0x0a, 0x22])]), 'bytes')
  symlinkSync('b/plain', join(root, 'a/link'))
  execFileSync('truncate', ['-s', '5M', join(root, 'holes')])
  execFileSync('find', [root, '-exec', 'touch', '-h', '-d', '2 hours ago', '{}', '+'])
}

/** As if the copy began now. */
const storedNow = (root: string, archive: Buffer, facts: JsonObject): StoredComponent => ({
  ...storedAs(archive, facts),
  at: new Date(statSync(root).ctimeMs),
})

/** Writes to a file and puts its time back. */
function changeWithoutTrace(path: string, content: string): void {
  execFileSync('touch', ['-r', path, `${path}.before`])
  const file = openSync(path, 'r+')
  writeSync(file, content, 0)
  closeSync(file)
  // To the nanosecond, which the calls of this program cannot.
  execFileSync('touch', ['-r', `${path}.before`, path])
  rmSync(`${path}.before`)
}

describe('the verification of a tree of files', () => {
  it('finds everything that was packed, and its sampled files as they are in the living tree', () =>
    withTree(async ({ root, ctx }) => {
      plant(root)
      const { archive, dump } = await dumped(ability, ctx)
      let reads = 0
      const stored = storedNow(root, archive, dump.facts)
      const counted = stored.parts.map((part) => ({
        ...part,
        read: () => {
          reads++
          return part.read()
        },
      }))
      const verified = await verify(ctx, { ...stored, parts: counted })
      assert.deepEqual(wrongIn(verified), [])
      assert.deepEqual(
        verified.notes.map(({ params }) => params),
        [{ same: 3, of: 3, changed: 0, recent: 0, unread: 0 }],
      )
      assert.equal(verified.answers.find(({ isOfSource }) => isOfSource)?.actual, 'as in the backup: 3')
      assert.equal(reads, 1)
      // A difference knows the samples of what was not read again: perhaps some fewer.
      const { sample } = treeIn(stored).facts
      const fewer = { ...dump.facts, sample: { ...sample, files: sample.files.slice(0, 1) } }
      const [note] = (await verify(ctx, storedNow(root, archive, fewer))).notes
      assert.deepEqual(note?.params, { same: 1, of: 1, changed: 0, recent: 0, unread: 0 })
      // What was written to just before the copy may have been written to once more in the same moment.
      const early = { ...stored, at: new Date(statSync(join(root, 'a/large')).mtimeMs + 30_000) }
      assert.deepEqual((await verify(ctx, early)).notes[0]?.params, {
        same: 0,
        of: 3,
        changed: 0,
        recent: 3,
        unread: 0,
      })
    }))

  it('names an archive from which an entry was taken, in which one was changed, or one put', () =>
    withTree(async ({ scratch, root, ctx }) => {
      plant(root)
      const { archive, dump } = await dumped(ability, ctx)
      const again = join(scratch, 'again')
      const repacked = async (change: (folder: string) => void): Promise<Verified> => {
        rmSync(again, { recursive: true, force: true })
        mkdirSync(again)
        const tar = ['--numeric-owner', '--xattrs', '-C', again]
        execFileSync('tar', [...tar, '-xpf', '-'], { input: archive })
        change(again)
        const options = ['--sparse', '--sort=name', '--format=posix', '--pax-option=delete=atime,delete=ctime']
        const packed = execFileSync('tar', [...tar, ...options, '-cf', '-', '.'], { maxBuffer: 1e9 })
        return verify(ctx, storedAs(packed, dump.facts))
      }
      const at = { a: statSync(join(root, 'a')).mtimeMs / 1000 }
      const same = await repacked(() => undefined)
      assert.deepEqual(wrongIn(same), [])
      const gone = await repacked((folder) => {
        rmSync(join(folder, 'a/large'))
        utimesSync(join(folder, 'a'), at.a, at.a)
      })
      assert.deepEqual(
        wrongIn(gone).filter((name) => name !== 'times'),
        ['files', 'bytes', 'names and sizes', 'modes', 'owners', 'content of sampled files'],
      )
      const other = await repacked((folder) => changeWithoutTrace(join(folder, 'a/large'), 'y'))
      assert.deepEqual(
        wrongIn(other).filter((name) => name !== 'times'),
        ['content of sampled files'],
      )
      const more = await repacked((folder) => writeFileSync(join(folder, 'more'), ''))
      assert.ok(wrongIn(more).includes('files'))
    }))

  it('refuses what is cut, and what was not packed by us, by its code', () =>
    withTree(async ({ scratch, root, ctx }) => {
      plant(root)
      const { archive, dump } = await dumped(ability, ctx)
      const failureOf = (bytes: Buffer): Promise<string> =>
        verify(ctx, storedAs(bytes, dump.facts)).then(
          () => 'none',
          (error: unknown) => (error instanceof BackupError ? error.failure : String(error)),
        )
      assert.equal(await failureOf(archive.subarray(0, 2048)), 'truncated')
      const flipped = Buffer.from(archive)
      flipped[1] = (flipped[1] ?? 0) ^ 1
      assert.equal(await failureOf(flipped), 'checksum')
      const outside = execFileSync('tar', ['-cPf', '-', join(scratch, 'docs/a/b/plain')])
      assert.equal(await failureOf(outside), 'assertion')
      assert.equal(await failureOf(Buffer.alloc(0)), 'truncated')
    }))

  it('names a living file whose bytes are others though its size and time are not, and only counts those that changed', () =>
    withTree(async ({ root, ctx }) => {
      plant(root)
      const { archive, dump } = await dumped(ability, ctx)
      const stored = storedNow(root, archive, dump.facts)
      writeFileSync(join(root, 'a/large'), 'changed in the open')
      const open = await verify(ctx, stored)
      assert.deepEqual(wrongIn(open), [])
      assert.deepEqual(open.notes[0]?.params, { same: 2, of: 3, changed: 1, recent: 0, unread: 0 })

      changeWithoutTrace(join(root, 'a/b/plain'), 'PLAIN')
      const spoilt = await verify(ctx, stored)
      const [wrong, ...others] = spoilt.answers.filter(({ status }) => status === 'fail')
      assert.equal(others.length, 0)
      assert.equal(wrong?.isOfSource, true)
      assert.match(wrong?.actual ?? '', /^other bytes in a\/b\/plain \(written to, its time put back\)$/)
      // A backup of later than the writing: nobody has touched the file since.
      const rotted = await verify(ctx, { ...stored, at: new Date('2100-01-01T00:00:00Z') })
      assert.match(rotted.answers.at(-1)?.actual ?? '', /plain \(written to by nobody\)$/)

      rmSync(join(root, 'a/b/plain'))
      symlinkSync('/etc/passwd', join(root, 'a/b/plain'))
      assert.deepEqual(wrongIn(await verify(ctx, stored)), [])
    }))

  it('says so when there is no living tree to compare with, and when another installation took the sample', () =>
    withTree(async ({ scratch, root, ctx }) => {
      plant(root)
      const { archive, dump } = await dumped(ability, ctx)
      const stored = storedAs(archive, dump.facts)
      const elsewhere = await verify({ ...ctx, ownKey: async () => 'another' }, stored)
      assert.deepEqual([wrongIn(elsewhere), elsewhere.notes[0]?.code], [[], 'files.verify-other-key'])
      renameSync(root, join(scratch, 'moved'))
      const gone = await verify(ctx, stored)
      assert.deepEqual([wrongIn(gone), gone.notes[0]?.code], [[], 'files.verify-no-living'])
    }))
})
