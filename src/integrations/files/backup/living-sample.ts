import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import type { StepContext } from '../../../core/context.ts'
import { errorCode } from '../../../core/field-of.ts'
import { type BytePath, readable, systemPath, toBytes } from './byte-path.ts'
import { contentHash, sampledBytes } from './content-sample.ts'

/**
 * A page that a program has mapped may be written to for so long after its file got its time, which does not change by it: up to
 * 35 s. Source: `vm.dirty_expire_centisecs` and `vm.dirty_writeback_centisecs` of Linux.
 */
const settledMs = 60_000

/** A file of the sample, as the archive has it. */
export interface PackedSample {
  readonly path: BytePath
  readonly bytes: number
  readonly mtimeNs: bigint
  /** Of its first 16 MiB, as the sampler hashes it. */
  readonly content: string
}

export interface LivingSample {
  /** As they are in the archive. */
  readonly same: number
  /** Written to since, or not there any more: nothing can be said of their content. */
  readonly changed: number
  /** Written to just before the copy: other bytes would say nothing. */
  readonly recent: number
  /** May not be read. */
  readonly unread: number
  /** With the size and the time that the archive says, and another content. */
  readonly spoiled: readonly Spoiled[]
}

interface Spoiled {
  /** As people read it. */
  readonly path: string
  /** Somebody wrote to the file since, and put its time back; otherwise nobody did: its bytes rotted. */
  readonly isTouched: boolean
}

/**
 * Compares sampled files of an archive with those that are there now: one of the same size and time must have the same
 * content. What is written to while it is read counts as changed.
 *
 * @param since when the copy began
 */
export async function compareLiving(
  root: string,
  files: readonly PackedSample[],
  { key, since }: { readonly key: string; readonly since: Date },
  ctx: StepContext,
): Promise<LivingSample> {
  let [same, changed, recent, unread] = [0, 0, 0, 0]
  const settledNs = BigInt(since.getTime() - settledMs) * 1_000_000n
  const spoiled: Spoiled[] = []
  for (const file of files) {
    ctx.signal.throwIfAborted()
    const now = file.mtimeNs > settledNs ? 'recent' : await lookAt(root, file, key)
    if (now === 'recent') recent++
    else if (now === 'same') same++
    else if (now === 'changed') changed++
    else if (now === 'unread') unread++
    else spoiled.push({ path: readable(file.path), isTouched: now.changedAtMs >= since.getTime() })
  }
  return { same, changed, recent, unread, spoiled }
}

async function lookAt(
  root: string,
  file: PackedSample,
  key: string,
): Promise<'same' | 'changed' | 'unread' | { readonly changedAtMs: number }> {
  let handle: FileHandle
  try {
    // Neither a link nor a pipe in its place is the file that was packed.
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
    handle = await open(systemPath(`${toBytes(root)}/${file.path}`), flags)
  } catch (error) {
    return ['EACCES', 'EPERM', 'EIO'].includes(errorCode(error) ?? '') ? 'unread' : 'changed'
  }
  try {
    if (!(await isAsPacked(handle, file))) return 'changed'
    const content = await contentOf(handle, key)
    const { ctimeNs } = await handle.stat({ bigint: true })
    if (!(await isAsPacked(handle, file))) return 'changed'
    return content === file.content ? 'same' : { changedAtMs: Number(ctimeNs / 1_000_000n) }
  } catch (error) {
    if (errorCode(error) === 'EIO') return 'unread'
    throw error
  } finally {
    await handle.close()
  }
}

async function isAsPacked(handle: FileHandle, { bytes, mtimeNs }: PackedSample): Promise<boolean> {
  const now = await handle.stat({ bigint: true })
  return now.isFile() && now.size === BigInt(bytes) && now.mtimeNs === mtimeNs
}

async function contentOf(handle: FileHandle, key: string): Promise<string> {
  const hash = contentHash(key)
  for await (const piece of handle.createReadStream({ start: 0, end: sampledBytes - 1, autoClose: false }))
    hash.update(piece)
  return hash.digest('hex').slice(0, 32)
}
