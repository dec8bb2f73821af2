import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, linkSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import fc from 'fast-check'
import { dumped, storedAs, withTree } from '../../../../test/support/tree-backup.ts'
import { BackupError, type StoredComponent } from '../../../core/backup.ts'
import type { TarEntry } from '../../../platform/tar/tar-entry.ts'
import { filesOptions } from '../options.ts'
import { ArchiveGuard, leadsOut } from './archive-guard.ts'
import { removeTree } from './remove-tree.ts'
import { treeBackup } from './tree-backup.ts'

const ability = treeBackup(filesOptions.parse({ path: 'docs' }))
const limits = { entries: 1000, bytes: 1_000_000, outsideLinks: 0 }

const entry = (over: Partial<TarEntry>): TarEntry => ({
  ...{ path: './x', type: 'file', storedBytes: 0, bytes: 0, isSparse: false, mode: 0o644, uid: 0, gid: 0 },
  ...{ mtimeNs: 0n, link: '' },
  ...over,
})

const refusalOf = (...entries: readonly Partial<TarEntry>[]): unknown => {
  const guard = new ArchiveGuard(limits)
  try {
    for (const one of entries) guard.take(entry(one))
  } catch (error) {
    if (error instanceof BackupError) return error.text.params['why']
    throw error
  }
  return 'none'
}

describe('the guard of archives', () => {
  it('refuses what no backup of Vigie holds, each by its own reason', () => {
    const folder = { path: './a/', type: 'folder' } as const
    const link = { path: './a', type: 'link', link: 'b' } as const
    const cases: readonly (readonly [unknown, readonly Partial<TarEntry>[]])[] = [
      ['absolute', [{ path: '/etc/passwd' }]],
      ['upwards', [{ path: '../x' }]],
      ['upwards', [{ path: './a/../../x' }]],
      ['upwards', [{ path: '..' }]],
      ['name', [{ path: '' }]],
      ['name', [{ path: './a//b' }]],
      ['name', [{ path: './a/./b' }]],
      ['device', [{ type: 'block-device' }]],
      ['device', [{ type: 'character-device' }]],
      ['device', [{ type: 'fifo' }]],
      ['kind', [{ type: 'other' }]],
      ['content', [{ type: 'link', link: 'y', storedBytes: 1 }]],
      ['content', [{ ...folder, storedBytes: 5 }]],
      ['below-a-link', [link, { path: './a/passwd' }]],
      ['below-a-link', [{ path: './a' }, { path: './a/b' }]],
      ['twice', [{ path: './a' }, { path: './a' }]],
      ['twice', [link, folder]],
      ['order', [{ path: './b' }, { path: './a' }]],
      ['order', [folder, { path: './a/b' }, { path: './', type: 'folder' }]],
      ['absolute', [{ path: './h', type: 'hard-link', link: '/etc/passwd' }]],
      ['upwards', [{ path: './h', type: 'hard-link', link: './../etc/passwd' }]],
      ['hard-link', [{ path: './h', type: 'hard-link', link: './z' }]],
      ['hard-link', [link, { path: './h', type: 'hard-link', link: './a/passwd' }]],
      ['outside-link', [{ path: './a', type: 'link', link: '/etc' }]],
      ['outside-link', [folder, { path: './a/b', type: 'link', link: '../../etc' }]],
      ['bytes', [{ path: './a', bytes: 2_000_000, storedBytes: 512 }]],
      [
        'bytes',
        [
          { path: './a', bytes: 600_000 },
          { path: './b', bytes: 600_000 },
        ],
      ],
      ['entries', Array.from({ length: 1001 }, (_, at) => ({ path: `./${String(at).padStart(5, '0')}` }))],
      ['none', [{ path: './', type: 'folder' }, folder, { path: './a/b' }, { path: './a-b' }]],
      ['none', [folder, { path: './a/b' }, { path: './a/c', type: 'link', link: '../x' }]],
      ['none', [{ path: './a' }, { path: './h', type: 'hard-link', link: './a' }]],
    ]
    for (const [why, entries] of cases) assert.equal(refusalOf(...entries), why, JSON.stringify(entries.slice(0, 3)))
  })

  it('never takes a name that leads out of the folder, whatever it is made of', () => {
    const part = fc.constantFrom('', '.', '..', 'a', 'b', '...', '\n', '\xff')
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 6 }).map((parts) => parts.join('/')),
        (path) => {
          const guard = new ArchiveGuard()
          let taken: string | undefined
          try {
            taken = guard.take(entry({ path })).path
          } catch (error) {
            assert.ok(error instanceof BackupError)
            return
          }
          assert.ok(!taken.startsWith('/'))
          assert.ok(taken === '' || taken.split('/').every((one) => one !== '' && one !== '.' && one !== '..'))
        },
      ),
      { numRuns: 2000 },
    )
  })

  it('says of a link whether its words lead out of the tree', () => {
    for (const [path, link, out] of [
      ['a', 'b', false],
      ['a', '..', true],
      ['a/b', '..', false],
      ['a/b', '../..', true],
      ['a/b/c', '../../x/../../y', true],
      ['a', './x/../y', false],
      ['a', '/x', true],
    ] as const) {
      assert.equal(leadsOut(path, link), out, `${path} → ${link}`)
    }
  })
})

describe('a hostile archive', () => {
  let place: string
  before(() => {
    place = mkdtempSync(join(tmpdir(), 'vigie-hostile-'))
  })
  after(async () => removeTree(place))

  /** Archives as GNU tar makes them when it is told to. */
  const hostile = (name: string, make: (folder: string) => readonly string[]): Buffer => {
    const folder = join(place, name)
    mkdirSync(folder)
    return execFileSync('tar', ['-c', '--format=posix', '-P', '-C', folder, ...make(folder)], { maxBuffer: 50_000_000 })
  }

  it('unpacks nothing outside, and leaves nothing behind', () =>
    withTree(async ({ scratch, root, ctx }) => {
      writeFileSync(join(root, 'plain'), 'plain')
      const { dump } = await dumped(ability, ctx)
      const cases: readonly (readonly [string, Buffer, string])[] = [
        ['absolute', hostile('absolute', () => ['/etc/hostname']), 'absolute'],
        ['upwards', hostile('upwards', () => ['--transform=s,^,../../escaped-,', '../absolute']), 'upwards'],
        [
          'through a link',
          hostile('through', (folder) => {
            symlinkSync(scratch, join(folder, 'a'))
            mkdirSync(join(folder, 'real'))
            writeFileSync(join(folder, 'real/escaped'), 'x')
            return ['--transform=s,^./real,./a,', './a', './real/escaped']
          }),
          'outside-link',
        ],
        [
          'a hard link to outside',
          hostile('hard', (folder) => {
            writeFileSync(join(folder, 'a'), 'x')
            linkSync(join(folder, 'a'), join(folder, 'b'))
            return ['--transform=flags=h;s,^./a,/etc/passwd,', './a', './b']
          }),
          'absolute',
        ],
        ['a device', hostile('device', () => ['/dev/null', '--transform=s,^/dev,./dev,']), 'device'],
        [
          'more than was backed up',
          hostile('bomb', (folder) => {
            execFileSync('truncate', ['-s', '100G', join(folder, 'bomb')])
            return ['--sparse', './bomb']
          }),
          'bytes',
        ],
      ]
      for (const [what, archive, why] of cases) {
        const stored: StoredComponent = storedAs(archive, JSON.parse(JSON.stringify(dump.facts)))
        for (const work of [
          async () => {
            const [action] = await ability.planRestore(ctx, stored, { over: true, only: [] })
            return action && ability.restore(ctx, stored, action)
          },
          () => ability.rehearse(ctx, stored, scratch),
        ]) {
          await assert.rejects(work(), (error) => {
            assert.ok(error instanceof BackupError, String(error))
            assert.deepEqual([error.text.code, error.text.params['why']], ['files.archive-refused', why], what)
            return true
          })
        }
        assert.deepEqual(readdirSync(scratch), ['docs'], what)
        assert.deepEqual(readdirSync(root), ['plain'], what)
      }
    }))

  it('is read to its refusal in bounded memory when it has millions of entries', () =>
    withTree(async ({ root, scratch, ctx }) => {
      writeFileSync(join(root, 'plain'), 'plain')
      const { archive, dump } = await dumped(ability, ctx)
      const header = archive.subarray(0, 1536)
      let given = 0
      async function* read(): AsyncGenerator<Uint8Array> {
        yield archive.subarray(0, archive.length - 10_240)
        for (; given < 10_000_000; given++) yield header
      }
      const whole = storedAs(archive, JSON.parse(JSON.stringify(dump.facts)))
      const stored = { ...whole, parts: whole.parts.map((part) => ({ ...part, read })) }
      await assert.rejects(ability.rehearse(ctx, stored, scratch), BackupError)
      assert.ok(given < 10)
      assert.ok(!existsSync(join(scratch, 'tree')))
      rmSync(join(root, 'plain'))
    }))
})
