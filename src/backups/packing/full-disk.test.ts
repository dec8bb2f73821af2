import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { promisify } from 'node:util'
import { mounted } from '../../../test/support/mounted.ts'

const child = join(import.meta.dirname, '../../../test/support/packing-full-disk.ts')

test('a disk of ours that fills up fails by its own code, and one that is full makes a whole copy', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'vigie-full-'))
  try {
    const [program = '', ...args] = mounted(dir, 'mount -t tmpfs -o size=600k tmpfs "$0"; exec "$@"')
    const { stdout } = await promisify(execFile)(program, [...args, process.execPath, child, dir])
    assert.deepEqual(JSON.parse(stdout), {
      ...{ isDifference: 'full', filling: 'no-space', unpacking: 'no-space' },
      ...{ whole: null, notes: ['backups.whole-no-room'] },
    })
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
})
