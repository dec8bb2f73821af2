import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { BackupError } from '../../core/backup.ts'
import type { TarEntry } from '../../platform/tar/tar-entry.ts'
import { plainPath } from './facts/count-tree.ts'
import { hostileGuard } from './hostile.ts'

const plenty = { files: 10, folders: 10, links: 10, hardLinks: 10, fifos: 10, devices: 0, bytes: 1000 }
const entry = (path: string, more: Partial<TarEntry> = {}): TarEntry => ({
  ...{
    path,
    type: 'file',
    storedBytes: 0,
    bytes: 0,
    isSparse: false,
    mode: 0o644,
    uid: 0,
    gid: 0,
    mtimeNs: 0n,
    link: '',
  },
  ...more,
})
const given = (entries: readonly TarEntry[], options = { allowDevices: false }, counts = plenty): void => {
  const guard = hostileGuard(counts, options)
  for (const one of entries) guard(one, plainPath(one.path))
}

describe('the guard against hostile archives', () => {
  it('refuses what would leave the volume, by each way that an archive has', () => {
    const hostile: Readonly<Record<string, readonly TarEntry[]>> = {
      'an absolute path': [entry('/etc/cron.d/x')],
      'a path upwards': [entry('./a/../../x')],
      'a path that ends upwards': [entry('a/..', { type: 'folder' })],
      'a file through a link': [entry('a', { type: 'link', link: '/etc' }), entry('a/passwd')],
      'a file through a link whose path is written another way': [
        entry('d/./l', { type: 'link', link: '/etc' }),
        entry('./d//l/passwd'),
      ],
      'a folder through a link deeper': [entry('a', { type: 'link', link: '..' }), entry('a/b/c', { type: 'folder' })],
      'a file in the place of a link': [entry('a', { type: 'link', link: '/etc/passwd' }), entry('a')],
      'a hard link upwards': [entry('a', { type: 'hard-link', link: '../../etc/passwd' })],
      'a hard link to an absolute path': [entry('a', { type: 'hard-link', link: '/etc/passwd' })],
      'a hard link through a link': [
        entry('a', { type: 'link', link: '/etc' }),
        entry('b', { type: 'hard-link', link: 'a/passwd' }),
      ],
      'a block device': [entry('sda', { type: 'block-device' })],
      'a character device': [entry('mem', { type: 'character-device' })],
      'an entry of another kind': [entry('x', { type: 'other' })],
      'a bomb of bytes': [entry('x', { bytes: 600, storedBytes: 600 }), entry('y', { bytes: 600, storedBytes: 600 })],
      'a bomb of holes': [entry('x', { bytes: 1e15, storedBytes: 10, isSparse: true })],
      'too many entries': Array.from({ length: 51 }, (_, at) => entry(`f${at}`)),
    }
    for (const [what, entries] of Object.entries(hostile)) {
      assert.throws(
        () => given(entries),
        (error: unknown) => error instanceof BackupError && error.failure === 'checksum' && error.hint !== undefined,
        what,
      )
    }
  })

  it('lets through what volumes hold', () => {
    given([
      entry('./', { type: 'folder' }),
      entry('./outward', { type: 'link', link: '/etc/passwd' }),
      entry('./up', { type: 'link', link: '../../..' }),
      entry('./..a', { bytes: 500, storedBytes: 500 }),
      entry('./b', { type: 'hard-link', link: './..a' }),
      entry('./pipe', { type: 'fifo' }),
      entry('./outward-not', { bytes: 500, storedBytes: 500 }),
      entry('./line\nend'),
    ])
    given([entry('null', { type: 'character-device' })], { allowDevices: true }, { ...plenty, devices: 1 })
  })

  it('says which entry it was, without what a terminal obeys', () => {
    assert.throws(
      () => given([entry('/\u001b[2J')]),
      (error: unknown) => error instanceof BackupError && !JSON.stringify(error.text).includes('\\u001b'),
    )
  })
})
