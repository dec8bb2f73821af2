import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { StepContext } from '../../core/context.ts'
import { sha256 } from '../../core/hash.ts'
import { Handover } from './handover.ts'
import { writeScratch } from './scratch-file.ts'
import { sealed, unsealed } from './sealed-file.ts'

const ending = '.sealed'

/**
 * The objects of the last full backup, as they are stored, on this machine: a difference needs them, and a remote repository
 * would have to send them back each day. They are under a key of this installation's own.
 */
export interface ReferenceShelf {
  /** Passes the pieces of an object on and keeps them. What cannot be kept (a full disk) is told and is no failure. */
  keeping(
    object: string,
    pieces: AsyncIterable<Uint8Array>,
    onLost: (error: unknown) => void,
  ): AsyncIterable<Uint8Array>
  has(object: string): Promise<boolean>
  /** Throws when it is not there, or is not as it was kept. */
  get(object: string): AsyncIterable<Uint8Array>
  /** Removes all others, once a full backup of these objects is whole. */
  keepOnly(objects: Iterable<string>): Promise<void>
}

/** The shelf of an entry of the config. */
export function openShelf(ctx: StepContext, entry: string): ReferenceShelf {
  const folder = join(ctx.dataDir, 'references', sha256(entry).slice(0, 32))
  const fileOf = (object: string): string => join(folder, `${sha256(object)}${ending}`)
  const secret = (): Promise<string> => ctx.ownKey('backup-reference')
  return {
    keeping: (object, pieces, onLost) =>
      passedOn(pieces, onLost, async (copied) => {
        await mkdir(folder, { recursive: true, mode: 0o700 })
        const file = fileOf(object)
        const part = `${file}.${process.pid}.part`
        try {
          await rm(part, { force: true })
          await writeScratch(part, sealed(copied, await secret(), object))
          await rename(part, file)
        } catch (error) {
          await rm(part, { force: true })
          throw error
        }
      }),
    has: async (object) => (await stat(fileOf(object)).catch(() => undefined))?.isFile() === true,
    async *get(object) {
      yield* unsealed(fileOf(object), await secret(), object)
    },
    keepOnly: async (objects) => {
      const kept = new Set([...objects].map((object) => `${sha256(object)}${ending}`))
      for (const name of await names(folder)) if (!kept.has(name)) await rm(join(folder, name), { force: true })
    },
  }
}

/** The pieces, which somebody else gets too, no faster than both take them. */
async function* passedOn(
  pieces: AsyncIterable<Uint8Array>,
  onLost: (error: unknown) => void,
  keep: (copied: AsyncIterable<Uint8Array>) => Promise<void>,
): AsyncGenerator<Uint8Array> {
  const copied = new Handover()
  let isEnded = false
  let lost: { readonly error: unknown } | undefined
  const keeping = keep(copied.pieces()).catch((error: unknown) => {
    lost = { error }
    copied.stop(new Error('nothing more is kept', { cause: error }))
  })
  try {
    for await (const piece of pieces) {
      if (lost === undefined) await copied.give(piece).catch(() => undefined)
      yield piece
    }
    isEnded = true
    copied.end()
  } finally {
    if (!isEnded) copied.fail(new Error('the object is not whole'))
    await keeping
  }
  if (lost !== undefined) onLost(lost.error)
}

async function names(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}
