import { randomBytes } from 'node:crypto'
import { mkdir, open, readdir, rm, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { BackupError, type StoredPart } from '../../../core/backup.ts'
import type { StepContext } from '../../../core/context.ts'
import { isProcessAlive } from '../../../platform/process-alive.ts'
import { noSpace, noSpaceRemedy } from './database-texts.ts'
import { cutArchive } from './piece-reader.ts'

/** The share of the way that reading the dump is, as it is shown: pg_restore takes the rest. */
const readingShare = 0.4
/** What must stay free beside the file, so that Vigie's own state can be written. */
const reserveBytes = 100_000_000

/** Throws `no-space` when the dump would not fit on this machine. */
export async function refuseFullScratch({ bytes }: StoredPart, { dataDir }: StepContext): Promise<void> {
  const { folder, free } = await freeAt(dataDir)
  if (free >= bytes + reserveBytes) return
  throw new BackupError('no-space', noSpace({ folder, needed: bytes + reserveBytes, free }), {
    hint: noSpaceRemedy({}),
  })
}

/** The dump as a file of ours alone, which pg_restore can read side by side; it is gone after the work. */
export async function withScratchDump<T>(
  part: StoredPart,
  ctx: StepContext,
  work: (path: string) => Promise<T>,
): Promise<T> {
  await refuseFullScratch(part, ctx)
  let written = 0
  const pieces = (async function* () {
    for await (const piece of part.read()) {
      ctx.signal.throwIfAborted()
      yield piece
      written += piece.byteLength
      ctx.progress(part.bytes === 0 ? 0 : Math.min(1, written / part.bytes) * readingShare)
    }
    if (written !== part.bytes) throw cutArchive()
  })()
  return withScratchFile(pieces, part.bytes, ctx, work)
}

/** A file of ours alone, of about so many bytes; it is gone after the work. */
export async function withScratchFile<T>(
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  bytes: number,
  ctx: StepContext,
  work: (path: string) => Promise<T>,
): Promise<T> {
  const folder = join(ctx.dataDir, 'scratch')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await tidy(folder)
  const path = join(folder, `restore-${process.pid}-${randomBytes(4).toString('hex')}.dump`)
  try {
    await write(pieces, path, bytes)
    return await work(path)
  } finally {
    await rm(path, { force: true })
  }
}

async function write(
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  path: string,
  bytes: number,
): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    for await (const piece of pieces) await file.writeFile(piece)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')))
      throw error
    const { folder, free } = await freeAt(dirname(path))
    throw new BackupError('no-space', noSpace({ folder, needed: bytes, free }), {
      hint: noSpaceRemedy({}),
      cause: error,
    })
  } finally {
    await file.close()
  }
}

/** Removes what restores that were killed left. */
async function tidy(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const pid = /^restore-(\d+)-[0-9a-f]{8}\.dump$/.exec(name)?.[1]
    if (pid !== undefined && !isProcessAlive(Number(pid))) await rm(join(folder, name), { force: true })
  }
}

/** Of the folder, or of the one above that is there. */
async function freeAt(folder: string): Promise<{ folder: string; free: number }> {
  try {
    const { bavail, bsize } = await statfs(folder)
    return { folder, free: bavail * bsize }
  } catch (error) {
    if (dirname(folder) === folder) throw error
    return freeAt(dirname(folder))
  }
}
