import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { backupRoom } from '../../test/support/backup-room.ts'
import { BackupError, type BackupFailure } from '../core/backup.ts'
import { openFolder } from '../integrations/folder/open-folder.ts'

describe('a look at a backup', () => {
  it('is none, and no verdict on it, when the place does not answer or our own disk is full', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vigie-inspect-'))
    const place = await openFolder(folder)
    let fails: BackupFailure | undefined
    const room = await backupRoom({
      repository: {
        ...place,
        get: (path) => {
          if (fails !== undefined && !path.endsWith('manifest.json'))
            throw new BackupError(fails, { code: 'test.failed', params: {} })
          return place.get(path)
        },
      },
    })
    try {
      for (const name of ['db/rows', 'docs/tree']) room.content.set(name, Buffer.from(`content of ${name}`))
      const { id } = await room.create()
      assert.deepEqual(await room.verify(), { [id]: 'good' })
      for (const failure of ['unreachable', 'no-space'] as const) {
        fails = failure
        await assert.rejects(room.verify(), (error) => error instanceof BackupError && error.failure === failure)
      }
      fails = 'checksum'
      assert.deepEqual(await room.verify(), { [id]: 'checksum' })
    } finally {
      await room.close()
      await rm(folder, { recursive: true, force: true })
    }
  })
})
