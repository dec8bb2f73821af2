import { createHash } from 'node:crypto'
import { BackupError } from '../../src/core/backup.ts'
import type { Repository } from '../../src/core/repository.ts'

/** A place for backups that is gone with the test; what it holds can be damaged. */
export interface MemoryRepository extends Repository {
  readonly objects: Map<string, Buffer>
}

export function memoryRepository(): MemoryRepository {
  const objects = new Map<string, Buffer>()
  return {
    objects,
    place: 'memory',
    put: async (path, body) => {
      const pieces = []
      for await (const piece of body) pieces.push(piece)
      const bytes = Buffer.concat(pieces)
      objects.set(path, bytes)
      return { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }
    },
    async *get(path) {
      const bytes = objects.get(path)
      if (bytes === undefined) throw new BackupError('truncated', { code: 'test.gone', params: { path } })
      for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000)
    },
    look: async (path) => {
      const bytes = objects.get(path)
      return bytes === undefined ? undefined : { path, bytes: bytes.length, modifiedAt: new Date(0) }
    },
    async *list(folder) {
      for (const path of [...objects.keys()].toSorted()) {
        const bytes = objects.get(path)?.length ?? 0
        if (path.startsWith(`${folder}/`)) yield { path, bytes, modifiedAt: new Date(0) }
      }
    },
    remove: async (paths) => {
      for (const path of paths) objects.delete(path)
      return []
    },
    freeBytes: async () => undefined,
    tidy: async () => 0,
    close: async () => undefined,
  }
}
