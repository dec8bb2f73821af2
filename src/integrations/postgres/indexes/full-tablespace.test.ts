import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { mounted } from '../../../../test/support/mounted.ts'

const program = fileURLToPath(new URL('../../../../test/support/full-tablespace.ts', import.meta.url))

describe('an index in a tablespace that cannot hold a second one', () => {
  for (const major of ['15', '18']) {
    it(`is not rebuilt, and when the disk fills all the same nothing is left behind, on PostgreSQL ${major}`, async () => {
      const dir = await mkdtemp(join(tmpdir(), 'vigie-full-'))
      try {
        const [first = '', ...rest] = mounted(dir, 'mount -t tmpfs -o size=9m tmpfs "$0"; exec "$@"')
        const { stdout } = await promisify(execFile)(first, [...rest, process.execPath, program, dir, major], {
          timeout: 300_000,
          killSignal: 'SIGKILL',
        })
        const told = JSON.parse(stdout)
        assert.match(told.refused, /postgres.reindex-no-space[\s\S]*are free/)
        assert.match(told.unmade, /not enough space: .*: \d MB < \d+ MB/)
        assert.match(told.refused, new RegExp(dir))
        assert.match(told.full, /action-refused postgres.refused full/)
        assert.deepEqual([told.invalid, told.isUsable], [0, true])
      } finally {
        await rm(dir, { recursive: true, force: true })
      }
    })
  }
})
