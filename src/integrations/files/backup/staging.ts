import { lstat, mkdir, open, readdir, readFile, rename } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import * as z from 'zod'
import { BackupError } from '../../../core/backup.ts'
import { errorCode } from '../../../core/field-of.ts'
import type { BytePath } from './byte-path.ts'
import { restoreFolder } from './left-alone.ts'
import { isEmptyFolder, removeTree } from './remove-tree.ts'
import { notOurs, notOursHint } from './restore-texts.ts'

const markName = 'vigie-restore.json'
const partName = `${markName}.part`

const exchangeSchema = z.strictObject({
  /** Where what was there goes. */
  before: z.string(),
  /** Names at the top of what was there, and of what comes; as bytes. */
  old: z.array(z.string()),
  fresh: z.array(z.string()),
})
/** An exchange of the content of a folder that was begun. */
export type Exchange = z.output<typeof exchangeSchema>

const markSchema = z.strictObject({
  vigie: z.literal('restore'),
  target: z.string(),
  exchange: exchangeSchema.optional(),
})

/** A folder beside the target, or in it, where a tree is unpacked before anything is touched. */
export interface Staging {
  readonly folder: string
  /** Where tar unpacks. */
  readonly tree: string
  /** Writes down, safe on the disk, that an exchange begins. */
  begin(exchange: Exchange): Promise<void>
  /** And that it came to its end. */
  end(): Promise<void>
  remove(): Promise<void>
}

/** On the same file system as what it becomes: beside the target, or in it when that is a mount of its own. */
export function stagingFolder(target: string, isInside: boolean): string {
  return isInside ? join(target, restoreFolder) : join(dirname(target), `.${basename(target)}${restoreFolder}`)
}

/** Makes it anew. What a restore that was killed left there is removed; anything else there is refused. */
export async function makeStaging(target: string, isInside: boolean): Promise<Staging> {
  const folder = stagingFolder(target, isInside)
  await mustBeOurs(folder, target)
  await removeTree(folder)
  await mkdir(folder, { mode: 0o700 })
  const write = async (exchange?: Exchange): Promise<void> => {
    const file = await open(join(folder, partName), 'w', 0o600)
    try {
      await file.writeFile(JSON.stringify({ vigie: 'restore', target, exchange }))
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(join(folder, partName), join(folder, markName))
    await syncFolder(folder)
  }
  await write()
  const tree = join(folder, 'tree')
  await mkdir(tree, { mode: 0o700 })
  return { folder, tree, begin: write, end: () => write(), remove: () => removeTree(folder) }
}

/** Throws `assertion` when something stands there that no restore of this target left. */
export async function mustBeOurs(folder: string, target: string): Promise<void> {
  const found = await lstat(folder).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  })
  if (found === undefined) return
  const isMine = found.isDirectory() && found.uid === (process.getuid?.() ?? found.uid)
  if (isMine && ((await isEmptyFolder(folder)) || (await isOnlyBegun(folder)))) return
  if (isMine && (await markIn(folder))?.target === target) return
  throw new BackupError('assertion', notOurs({ path: folder }), { hint: notOursHint({ path: folder }) })
}

/** The exchange that a restore of this target began and did not end; undefined when there is none. */
export async function openExchange(folder: string, target: string): Promise<Exchange | undefined> {
  await mustBeOurs(folder, target)
  return (await markIn(folder))?.exchange
}

/** Whether a folder is in the middle of an exchange that was killed: what is in it is neither the old nor the new. */
export async function isHalfExchanged(folder: string): Promise<boolean> {
  return (await markIn(stagingFolder(folder, true)))?.exchange !== undefined
}

export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Names at the top of a folder, as bytes. */
export function namesIn(folder: string): Promise<BytePath[]> {
  return readdir(folder, { encoding: 'latin1' })
}

async function isOnlyBegun(folder: string): Promise<boolean> {
  const names = await readdir(folder)
  return names.every((name) => name === partName)
}

async function markIn(folder: string): Promise<z.output<typeof markSchema> | undefined> {
  try {
    const mark = markSchema.safeParse(JSON.parse(await readFile(join(folder, markName), 'utf8')))
    return mark.success ? mark.data : undefined
  } catch {
    // No mark, or one that is not ours.
    return undefined
  }
}
