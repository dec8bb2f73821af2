import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { readWords } from '../access/tar-words.ts'
import { countTree, plainPath } from './count-tree.ts'

function counted(archive: Buffer, pieceBytes = 65_536, tar: 'gnu' | 'other' = 'gnu') {
  const tree = countTree(tar)
  for (let at = 0; at < archive.length; at += pieceBytes) tree.push(archive.subarray(at, at + pieceBytes))
  tree.finish()
  return tree
}

describe('the count of a tree', () => {
  let dir: string
  const archiveOf = (folder: string): Buffer => {
    const [program, ...words] = readWords('gnu', join(dir, folder))
    return execFileSync(program, words, { maxBuffer: 1e8 })
  }
  before(() => {
    dir = mkdtempSync(join(tmpdir(), 'vigie-count-tree-'))
    const root = join(dir, 'one')
    mkdirSync(join(root, 'data/base/1'), { recursive: true })
    mkdirSync(join(root, 'data/global'))
    writeFileSync(join(root, 'data/PG_VERSION'), '18\n')
    writeFileSync(join(root, 'data/base/1/PG_VERSION'), '18\n')
    writeFileSync(join(root, 'data/global/pg_control'), 'x'.repeat(8192))
    writeFileSync(join(root, 'PG_VERSION'), 'no version')
    writeFileSync(join(root, 'x'), 'content')
    writeFileSync(join(root, 'holes'), 'begin')
    truncateSync(join(root, 'holes'), 5_000_000)
    symlinkSync('x', join(root, 'link'))
    execFileSync('cp', ['-a', '--sparse=always', root, join(dir, 'copy')])
    execFileSync('cp', ['-a', '--sparse=never', root, join(dir, 'filled')])
  })
  after(() => rmSync(dir, { recursive: true, force: true }))

  it('is the same for a copy, in whatever pieces it comes, with holes or with zeros', () => {
    const facts = counted(archiveOf('one')).facts()
    assert.deepEqual(facts.counts, {
      ...facts.counts,
      files: 6,
      folders: 5,
      links: 1,
      bytes: 5_000_000 + 8192 + 3 + 3 + 10 + 7,
    })
    for (const [folder, pieceBytes] of [
      ['copy', 1],
      ['copy', 511],
      ['filled', 100_000],
    ] as const)
      assert.deepEqual(counted(archiveOf(folder), pieceBytes).facts(), facts, `${folder} in ${pieceBytes}`)
  })

  it('is another one for another content, name, mode, time or target of a link', () => {
    const { digest } = counted(archiveOf('one')).facts()
    const changes: readonly [string, (root: string) => void][] = [
      ['content', (root) => writeFileSync(join(root, 'x'), 'CONTENT')],
      ['name', (root) => execFileSync('mv', [join(root, 'x'), join(root, 'y')])],
      ['mode', (root) => execFileSync('chmod', ['600', join(root, 'x')])],
      ['time', (root) => utimesSync(join(root, 'x'), 1, 1)],
      ['link', (root) => execFileSync('ln', ['-sfn', 'y', join(root, 'link')])],
    ]
    for (const [what, change] of changes) {
      const root = join(dir, `other-${what}`)
      cpSync(join(dir, 'one'), root, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true })
      const before = counted(archiveOf(`other-${what}`)).facts().digest
      change(root)
      assert.notEqual(counted(archiveOf(`other-${what}`)).facts().digest, before, what)
      assert.notEqual(before, undefined)
    }
    assert.match(String(digest), /^[0-9a-f]{64}$/)
  })

  it('finds data of PostgreSQL, once for a cluster, and whether a server has them', () => {
    assert.deepEqual(counted(archiveOf('one')).postgres(), [{ folder: 'data', version: '18', isOpen: false }])
    writeFileSync(join(dir, 'one/data/postmaster.pid'), '1\n')
    assert.deepEqual(counted(archiveOf('one')).postgres(), [{ folder: 'data', version: '18', isOpen: true }])
  })

  it('finds the log and the tablespaces of PostgreSQL that lie elsewhere', () => {
    mkdirSync(join(dir, 'one/data/pg_tblspc'))
    assert.deepEqual(counted(archiveOf('one')).postgresLinks(), [])
    symlinkSync('/mnt/fast/space', join(dir, 'one/data/pg_tblspc/16400'))
    symlinkSync('/mnt/wal', join(dir, 'one/data/pg_wal'))
    assert.deepEqual(counted(archiveOf('one')).postgresLinks(), [
      { path: 'data/pg_tblspc/16400', target: '/mnt/fast/space' },
      { path: 'data/pg_wal', target: '/mnt/wal' },
    ])
  })

  it('takes names as they are meant, whatever says nothing in them', () => {
    for (const [path, plain] of [
      ['./', ''],
      ['.', ''],
      ['./a/b/', 'a/b'],
      ['a//./b', 'a/b'],
      ['a/..b', 'a/..b'],
    ] as const)
      assert.equal(plainPath(path), plain)
  })
})
