import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { linkSync, lstatSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import fc from 'fast-check'
import { type TarEntry, TarError } from './tar-entry.ts'
import { createTarReader } from './tar-reader.ts'

interface Read {
  readonly entries: TarEntry[]
  readonly contents: string[]
}

function read(archive: Buffer, pieceBytes = archive.length): Read {
  const found: Read = { entries: [], contents: [] }
  let content: Buffer[] = []
  const reader = createTarReader({
    entry: (entry) => void found.entries.push(entry),
    content: (piece, isPadding) => void (isPadding || content.push(Buffer.from(piece))),
    entryEnd: () => {
      found.contents.push(Buffer.concat(content).toString('latin1'))
      content = []
    },
  })
  for (let at = 0; at < archive.length; at += pieceBytes) reader.push(archive.subarray(at, at + pieceBytes))
  reader.finish()
  return found
}

const faultOf = (work: () => unknown): string | undefined => {
  try {
    work()
  } catch (error) {
    if (error instanceof TarError) return error.fault
    throw error
  }
  return undefined
}

describe('the reader of tar headers', () => {
  let scratch: string
  const pack = (format: string, cwd: string, ...more: readonly string[]): Buffer =>
    execFileSync('tar', ['-c', `--format=${format}`, ...more, '-C', cwd, '.'], {
      maxBuffer: 100_000_000,
      env: { PATH: process.env['PATH'], LC_ALL: 'C' },
    })

  before(() => {
    scratch = mkdtempSync(join(tmpdir(), 'vigie-tar-'))
  })
  after(() => rmSync(scratch, { recursive: true, force: true }))

  it('reads names, sizes, modes, times and links of every format of GNU tar, however the bytes come in pieces', () => {
    const cwd = join(scratch, 'formats')
    mkdirSync(join(cwd, 'folder'), { recursive: true })
    const long = 'n'.repeat(90)
    writeFileSync(join(cwd, 'folder', 'empty'), '')
    writeFileSync(join(cwd, 'folder', 'small'), 'content', { mode: 0o640 })
    writeFileSync(join(cwd, 'folder', long), 'x'.repeat(2000))
    symlinkSync(`small/${'l'.repeat(150)}`, join(cwd, 'folder', 'a link'))
    linkSync(join(cwd, 'folder', 'small'), join(cwd, 'folder', 'zz-second name'))
    utimesSync(join(cwd, 'folder', 'small'), 1_700_000_000.25, 1_700_000_000.25)
    for (const format of ['posix', 'gnu', 'oldgnu']) {
      const archive = pack(format, cwd, '--sort=name')
      const [whole, cut] = [read(archive), read(archive, 333)]
      assert.deepEqual(whole, cut)
      const named = new Map(whole.entries.map((entry, at) => [entry.path, { ...entry, content: whole.contents[at] }]))
      const small = named.get('./folder/small')
      assert.equal(small?.content, 'content', format)
      assert.equal(small?.mode, 0o640)
      assert.equal(small?.mtimeNs, format === 'posix' ? 1_700_000_000_250_000_000n : 1_700_000_000_000_000_000n)
      assert.equal(named.get(`./folder/${long}`)?.bytes, 2000)
      assert.equal(named.get('./folder/a link')?.link, `small/${'l'.repeat(150)}`)
      assert.equal(named.get('./folder/zz-second name')?.type, 'hard-link')
      assert.equal(named.get('./folder/zz-second name')?.link, './folder/small')
      assert.equal(named.get('./folder/')?.type, 'folder')
      assert.equal(small?.uid, lstatSync(join(cwd, 'folder', 'small')).uid)
    }
  })

  it('gives back what GNU tar wrote for any names, of any bytes, and any contents', () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 120 }).map((all) => {
      const name = Buffer.from(all.map((byte) => (byte === 0 || byte === 0x2f ? 0x5f : byte))).toString('latin1')
      return name === '.' || name === '..' ? 'dots' : name
    })
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.record({ name: bytes, content: fc.string({ maxLength: 3000 }) }), {
          selector: ({ name }) => name,
          maxLength: 8,
        }),
        fc.constantFrom('posix', 'gnu'),
        fc.integer({ min: 1, max: 5000 }),
        (files, format, pieceBytes) => {
          const cwd = mkdtempSync(join(scratch, 'any-'))
          const folder = Buffer.from(`${cwd}/`, 'latin1')
          for (const { name, content } of files) {
            writeFileSync(Buffer.concat([folder, Buffer.from(name, 'latin1')]), content)
          }
          const { entries, contents } = read(pack(format, cwd), pieceBytes)
          const found = new Map(entries.map(({ path }, at) => [path, contents[at]]))
          assert.equal(found.size, files.length + 1)
          for (const { name, content } of files) {
            assert.equal(found.get(`./${name}`), Buffer.from(content).toString('latin1'))
          }
        },
      ),
      { numRuns: 40 },
    )
  })

  it('reads numbers in base 256, and the holes of both sparse formats', () => {
    const cwd = join(scratch, 'wide')
    mkdirSync(cwd)
    const path = join(cwd, 'holes')
    execFileSync('truncate', ['-s', '9G', path])
    execFileSync('touch', ['-d', '@-5', path])
    for (const [format, more] of [
      ['gnu', []],
      ['posix', []],
      ['posix', ['--sparse-version=0.1']],
      ['posix', ['--sparse-version=0.0']],
    ] as const) {
      const { entries } = read(pack(format, cwd, '--sparse', '--owner=:3000000', ...more))
      const file = entries.find((entry) => entry.path === './holes')
      assert.equal(file?.bytes, 9 * 1024 ** 3, `${format} ${more}`)
      assert.equal(file?.isSparse, true)
      assert.ok((file?.storedBytes ?? 0) < 10_000)
      assert.equal(file?.uid, 3_000_000)
      assert.equal(file?.mtimeNs, -5_000_000_000n)
    }
  })

  it('names what is cut off, changed by one bit, or put after the end', () => {
    const cwd = join(scratch, 'faults')
    mkdirSync(cwd)
    writeFileSync(join(cwd, 'one'), 'x'.repeat(1000))
    const archive = pack('posix', cwd)
    assert.equal(
      faultOf(() => read(archive)),
      undefined,
    )
    // The end is two blocks at least, filled up to a record.
    for (const cut of [1, 511, 512, 513, 2000]) {
      assert.equal(
        faultOf(() => read(archive.subarray(0, cut))),
        'truncated',
        `${cut}`,
      )
    }
    const flipped = Buffer.from(archive)
    flipped[3] = (flipped[3] ?? 0) ^ 1
    assert.equal(
      faultOf(() => read(flipped)),
      'checksum',
    )
    const followed = Buffer.concat([archive, archive])
    assert.equal(
      faultOf(() => read(followed)),
      'after-end',
    )
    assert.equal(
      faultOf(() => read(Buffer.alloc(0))),
      'truncated',
    )
  })

  it('ends with a fault or reads, and never throws anything else, whatever the bytes are', () => {
    const cwd = join(scratch, 'noise')
    mkdirSync(cwd)
    writeFileSync(join(cwd, 'é'.repeat(80)), 'x'.repeat(700))
    const archive = pack('posix', cwd)
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(archive.length - 1), fc.nat(255)), { minLength: 1, maxLength: 20 }),
        (changes) => {
          const spoiled = Buffer.from(archive)
          for (const [at, byte] of changes) spoiled[at] = byte
          faultOf(() => read(spoiled, 600))
        },
      ),
      { numRuns: 300 },
    )
  })

  it('holds no more than one entry, and refuses headers without an end', () => {
    const block = (typeFlag: string, size: number): Buffer => {
      const bytes = Buffer.alloc(512)
      bytes.write('name', 0)
      bytes.write('0000644\0', 100)
      bytes.write(`${size.toString(8).padStart(11, '0')}\0`, 124)
      bytes.write('        ', 148)
      bytes.write(typeFlag, 156)
      bytes.write('ustar\x0000', 257)
      const sum = bytes.reduce((all, byte) => all + byte, 0)
      bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
      return bytes
    }
    assert.equal(
      faultOf(() => read(block('L', 1_000_000_000))),
      'too-long',
    )
    const reader = createTarReader({ entry: () => undefined })
    const name = Buffer.concat([block('L', 512 * 200), Buffer.alloc(512 * 200, 'a')])
    assert.equal(
      faultOf(() => {
        for (let times = 0; times < 1000; times++) reader.push(name)
      }),
      'too-long',
    )
  })
})
