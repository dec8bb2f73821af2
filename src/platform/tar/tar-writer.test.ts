import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { TarEntry } from './tar-entry.ts'
import { createTarReader } from './tar-reader.ts'
import { archiveEnd, type FileToPack, packedFile } from './tar-writer.ts'

const file = (over: Partial<FileToPack>): FileToPack => ({
  ...{ path: 'a', mode: 0o644, uid: 0, gid: 0, mtimeNs: 0n, content: Buffer.from('content') },
  ...over,
})

describe('the writer of small archives', () => {
  it('writes what our reader reads as it was, for any name, time, owner and content', () => {
    const name = fc.stringMatching(/^[A-Za-z0-9é .-]{1,150}$/).map((text) => `x${Buffer.from(text).toString('latin1')}`)
    fc.assert(
      fc.property(
        fc.record({
          path: name,
          mode: fc.nat(0o7777),
          uid: fc.nat(4_294_967_294),
          gid: fc.nat(4_294_967_294),
          mtimeNs: fc.bigInt({ min: -(10n ** 18n), max: 4n * 10n ** 18n }),
          content: fc.uint8Array({ maxLength: 1500 }).map((bytes) => Buffer.from(bytes)),
        }),
        (packed) => {
          const found: TarEntry[] = []
          const pieces: Buffer[] = []
          const reader = createTarReader({
            entry: (entry) => void found.push(entry),
            content: (piece, isPadding) => void (isPadding || pieces.push(Buffer.from(piece))),
          })
          reader.push(packedFile(packed))
          reader.push(archiveEnd)
          reader.finish()
          const { content, ...header } = packed
          const [entry] = found
          assert.deepEqual({ ...entry, ...header }, entry)
          assert.equal(found.length, 1)
          assert.ok(Buffer.concat(pieces).equals(content))
        },
      ),
      { numRuns: 300 },
    )
  })

  it('writes what GNU tar reads', () => {
    const long = 'folder/'.repeat(30)
    const files = [
      file({ path: 'plain', mode: 0o600, uid: 12, gid: 34, mtimeNs: 1_700_000_000_500_000_000n }),
      file({
        path: `${long}name`,
        uid: 3_000_000,
        mtimeNs: 1_700_000_000n * 1_000_000_000n,
        content: Buffer.alloc(700),
      }),
    ]
    const archive = Buffer.concat([...files.map(packedFile), archiveEnd])
    const listed = execFileSync('tar', ['-tv', '--numeric-owner', '--full-time', '-f', '-'], {
      input: archive,
      env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
    })
    assert.deepEqual(listed.toString().replaceAll(/ +/g, ' ').split('\n'), [
      '-rw------- 12/34 7 2023-11-14 22:13:20.5 plain',
      `-rw-r--r-- 3000000/0 700 2023-11-14 22:13:20 ${long}name`,
      '',
    ])
  })
})
