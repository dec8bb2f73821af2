import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { promisify } from 'node:util'
import { mounted } from '../support/mounted.ts'

const child = join(import.meta.dirname, '../support/backups-full-disk.ts')

// biome-ignore lint/suspicious/noExplicitAny: the child below is the one that says what it prints.
async function onFullDisk(which: 'repository' | 'state' | 'source'): Promise<any> {
  const dir = await mkdtemp(join(tmpdir(), 'vigie-full-'))
  try {
    const [program = '', ...args] = mounted(dir, 'exec "$@"')
    const { stdout } = await promisify(execFile)(program, [...args, process.execPath, child, which, dir], {
      maxBuffer: 1e8,
    })
    return JSON.parse(stdout)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

describe('backups when a disk is full', () => {
  test('of the repository, at whatever point: no-space, nothing left behind, and what was good stays good', async () => {
    const { tried, found, manifests, statuses, ...rest } = await onFullDisk('repository')
    assert.ok(tried > 20, `it was full at ${tried} points`)
    assert.deepEqual(rest, { failures: ['no-space'], made: 1, isBack: true, leftovers: 0 })
    // Small parts found room where large ones did not: such a one is partial, and what is in it can be read.
    assert.ok(statuses.every((status: string) => ['failed', 'partial', 'succeeded'].includes(status)))
    assert.deepEqual(new Set(found), new Set(['good']))
    assert.equal(found.length, manifests)
  })

  test('that is our own, before one or in its middle: it is said, and nothing that was made is lost', async () => {
    const { codes, said, statuses, why } = await onFullDisk('state')
    const [first, full, sound, filled, after, verified] = codes
    assert.deepEqual([first, sound, after, verified], [0, 0, 0, 0], JSON.stringify(said) + why)
    assert.notEqual(full, 0)
    assert.notEqual(filled, 0)
    for (const one of said) {
      assert.match(one, /disk|space/i)
      assert.doesNotMatch(one, /\n\s+at |SQLITE_/)
    }
    // The one in whose middle it filled up was written whole before its last word could be: it counts, or it is told as failed.
    assert.deepEqual(new Set(statuses.filter((status: string) => status === 'running')), new Set())
    assert.ok(statuses.filter((status: string) => status === 'succeeded').length >= 2, JSON.stringify(statuses))
  })

  test('of the database that is copied: it is copied all the same, and what could not be counted is told', async () => {
    const { isThere, codes, said, listed, notes, note } = await onFullDisk('source')
    assert.ok(isThere)
    assert.deepEqual(codes, [0, 0, 0, 0, 0], said)
    assert.deepEqual(
      listed.map(({ status }: { status: string }) => status),
      ['succeeded', 'succeeded', 'succeeded'],
    )
    const [after, full, first] = notes.map((codes: string) => codes.includes('postgres.backup-no-snapshot'))
    assert.deepEqual([first, full, after], [false, true, false])
    assert.equal(note.length, 32)
  })
})
