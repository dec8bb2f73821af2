import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { promisify } from 'node:util'

const support = join(import.meta.dirname, '../../../test/support')
/**
 * The product stays below 200 MB whatever the size (`npm run bench -- packing` measures it with 1 GB); here are the types that
 * are stripped, and the place, which is in memory, besides.
 */
const limit = 250_000_000

test('a part of 300 MB is packed, as a difference too, and read without ever being held', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'vigie-packing-memory-'))
  try {
    const file = join(dir, 'peak')
    const args = ['--import', join(support, 'peak-memory.ts'), join(support, 'packing-large.ts')]
    const { stdout } = await promisify(execFile)(process.execPath, args, {
      env: { ...process.env, PEAK_MEMORY_FILE: file },
    })
    assert.deepEqual(JSON.parse(stdout), { isDifference: true, bytes: 4800 * 65_536 })
    const peak = Number(await readFile(file, 'utf8'))
    assert.ok(peak > 0 && peak < limit, `${peak} bytes`)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
})
