import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { StepContext } from '../core/context.ts'
import { sha256 } from '../core/hash.ts'
import { compressed, decompressed } from './packing/compress.ts'
import { Handover } from './packing/handover.ts'
import { writeScratch } from './packing/scratch-file.ts'

const ending = '.notes.zst'
const level = 3

/** What the dumps of an entry noted for the next ones, on this machine; it is lost without harm. */
export interface DumpNotes {
  /** What a part noted in a backup, when all of it is as it was written. */
  of(backup: string, component: string, part: string): Promise<(() => AsyncIterable<Uint8Array>) | undefined>
  begin(backup: string, component: string, part: string): NotesWriter
  /** Removes those of all other backups. What cannot be removed is so next time. */
  keepOnly(backups: readonly string[]): Promise<void>
}

export interface NotesWriter {
  /** What cannot be written (a full disk) is no failure: there are no notes then. */
  note(piece: Uint8Array): Promise<void>
  /** @param isKept whether they count. */
  end(isKept: boolean): Promise<void>
}

export function openNotes(ctx: StepContext, entry: string): DumpNotes {
  const folder = join(ctx.dataDir, 'dump-notes', sha256(entry).slice(0, 32))
  // With the sum in the name, notes that were cut or changed are none.
  const prefix = (backup: string, component: string, part: string): string =>
    `${backup}.${sha256(JSON.stringify([component, part])).slice(0, 32)}.`
  return {
    of: async (backup, component, part) => {
      const begin = prefix(backup, component, part)
      const name = (await names(folder)).find((one) => one.startsWith(begin) && one.endsWith(ending))
      if (name === undefined) return undefined
      const file = join(folder, name)
      const sum = await sumOf(file).catch(() => undefined)
      return name === `${begin}${sum}${ending}` ? () => decompressed(createReadStream(file)) : undefined
    },
    begin: (backup, component, part) => {
      const file = join(folder, `${prefix(backup, component, part)}part`)
      const pieces = new Handover()
      let isLost = false
      const writing = (async () => {
        await mkdir(folder, { recursive: true, mode: 0o700 })
        await rm(file, { force: true })
        await writeScratch(file, compressed(ctx, pieces.pieces(), { level, zstd: undefined }))
      })().catch((error: unknown) => {
        isLost = true
        pieces.stop(new Error('no notes are taken', { cause: error }))
      })
      return {
        note: async (piece) => {
          if (!isLost) await pieces.give(piece).catch(() => undefined)
        },
        end: async (isKept) => {
          pieces.end()
          await writing
          if (isKept && !isLost) await rename(file, `${file.slice(0, -'part'.length)}${await sumOf(file)}${ending}`)
          else await rm(file, { force: true })
        },
      }
    },
    keepOnly: async (backups) => {
      for (const name of await names(folder))
        if (!backups.some((id) => name.startsWith(`${id}.`)))
          await rm(join(folder, name), { force: true }).catch(() => undefined)
    },
  }
}

async function sumOf(file: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const piece of createReadStream(file)) hash.update(piece)
  return hash.digest('hex').slice(0, 32)
}

async function names(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => [])
}
