import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { BackupError } from '../../core/backup.ts'
import { message } from '../../core/message.ts'
import { streamed } from '../../platform/streamed-bytes.ts'
import { ProgramFailed } from './through-program.ts'

const full = message<{ folder: string }>('backups.scratch-full', {
  en: (p) => `The disk is full below ${p.folder}, where a backup is put together`,
  fr: (p) => `Le disque est plein sous ${p.folder}, où une sauvegarde est assemblée`,
})
const fullHint = message('backups.scratch-full-hint', {
  en: () => 'Make room for half a gigabyte there, or start with --data on another disk.',
  fr: () => 'Libérez un demi-gigaoctet à cet endroit, ou démarrez avec --data sur un autre disque.',
})
export const scratchFileTexts = [full, fullHint]

/** As programs say it. */
const saysFull = /No space left on device|Disk quota exceeded/i

/** Larger ones are garbage that a process of 200 MB has no room for. */
const pieceBytes = 128 * 1024

/** Writes a new file that only we may read. Throws `no-space`, and what the pieces throw. */
export async function writeScratch(file: string, pieces: AsyncIterable<Uint8Array>): Promise<void> {
  const options = { flags: 'wx', mode: 0o600, highWaterMark: pieceBytes }
  await withRoom(file, () => pipeline(Readable.from(pieces), createWriteStream(file, options)))
}

/** A new folder of our own below another one. Throws `no-space`. */
export function scratchFolder(parent: string, name: string): Promise<string> {
  return withRoom(parent, () => mkdtemp(join(parent, `${name}-`)))
}

/** Work that writes below a folder of scratch. Throws `no-space` where its disk is full. */
export async function withRoom<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    const isFull =
      code === 'ENOSPC' || code === 'EDQUOT' || (error instanceof ProgramFailed && saysFull.test(error.detail))
    if (!isFull) throw error
    throw new BackupError('no-space', full({ folder }), { hint: fullHint({}), cause: error })
  }
}

export function readScratch(file: string): AsyncIterable<Uint8Array> {
  return streamed(createReadStream(file, { highWaterMark: pieceBytes }))
}
