import { BackupError, type StoredComponent } from '../../core/backup.ts'
import { TarError } from '../../platform/tar/tar-entry.ts'
import { createTarReader } from '../../platform/tar/tar-reader.ts'
import { archiveEnd, packedFile } from '../../platform/tar/tar-writer.ts'
import { type ConfigFacts, contentMac, type FileFacts, factsSchema, keyName } from './config-facts.ts'
import type { ConfigFile } from './config-files.ts'
import { noFacts, noPart, notAsPacked, spoiled } from './set-texts.ts'

export const setPart = 'configs'

/** A config that comes out of a backup. */
export interface PackedConfig extends ConfigFile {
  readonly facts: FileFacts
}

export async function packSet(
  files: readonly ConfigFile[],
  write: (piece: Uint8Array) => Promise<void>,
): Promise<void> {
  for (const file of files) {
    await write(packedFile({ ...file, path: Buffer.from(file.name).toString('latin1') }))
  }
  await write(archiveEnd)
}

/** What a backup says of its configs, without reading them. */
export function factsIn({ backup, parts }: StoredComponent): ConfigFacts {
  const part = parts.find(({ name }) => name === setPart)
  if (part === undefined) throw new BackupError('volume-missing', noPart({ backup }))
  const facts = factsSchema.safeParse(part.facts)
  if (!facts.success) throw new BackupError('manifest-missing', noFacts({ backup }), { cause: facts.error })
  return facts.data
}

/** The configs of a backup, each compared with what the backup says of it; all of them, and nothing else. */
export async function unpackSet(stored: StoredComponent, key: string): Promise<readonly PackedConfig[]> {
  const facts = factsIn(stored)
  const part = stored.parts.find(({ name }) => name === setPart)
  const expected = new Map(facts.files.map((file) => [Buffer.from(file.name).toString('latin1'), file]))
  const found: PackedConfig[] = []
  let pieces: Buffer[] = []
  let current: Omit<PackedConfig, 'content'> | undefined
  const reader = createTarReader({
    entry: ({ path, type, bytes, isSparse, mode, uid, gid, mtimeNs }) => {
      const file = expected.get(path)
      expected.delete(path)
      // By their size, no more comes into memory than was packed.
      const isAsPacked =
        file !== undefined && type === 'file' && !isSparse && bytes === file.bytes && mode === file.mode
      if (!isAsPacked) throw changed(Buffer.from(path, 'latin1').toString())
      current = { path: file.path, name: file.name, mode, uid, gid, mtimeNs, facts: file }
    },
    content: (piece, isPadding) => void (isPadding || pieces.push(Buffer.from(piece))),
    entryEnd: () => {
      if (current === undefined) return
      const content = Buffer.concat(pieces)
      pieces = []
      const isSame = facts.key !== keyName(key) || contentMac(key, current.path, content) === current.facts.content
      if (!isSame) throw changed(current.path)
      found.push({ ...current, content })
    },
  })
  try {
    for await (const piece of part?.read() ?? []) reader.push(piece)
    reader.finish()
  } catch (error) {
    if (!(error instanceof TarError)) throw error
    const failure = error.fault === 'truncated' ? 'truncated' : 'checksum'
    throw new BackupError(failure, spoiled({ detail: error.message }), { cause: error })
  }
  const [missing] = expected.values()
  if (missing !== undefined) throw changed(missing.path)
  return found
}

function changed(path: string): BackupError {
  return new BackupError('checksum', notAsPacked({ path: path.slice(0, 300) }))
}
