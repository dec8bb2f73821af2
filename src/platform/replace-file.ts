import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { dirname, join } from 'node:path'

/** What is being written has this ending: neither our own listing nor `*.parquet` of anyone takes it for a file. */
const partEnding = '.part'

/**
 * Writes a file under another name and gives it its own only when it is whole and on the disk: whoever reads, and
 * whatever is killed meanwhile, there is the old file or the new one. Gives its size in bytes.
 */
export async function replaceFile(file: string, write: (part: string) => Promise<void>): Promise<number> {
  const folder = dirname(file)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const part = `${file}.${process.pid}${partEnding}`
  try {
    await write(part)
    syncFile(part)
    renameSync(part, file)
    syncFile(folder)
  } catch (error) {
    rmSync(part, { force: true })
    throw error
  }
  return statSync(file).size
}

function syncFile(path: string): void {
  const handle = openSync(path, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/** Removes what writers left that were killed. */
export function removeParts(folder: string): void {
  if (!existsSync(folder)) return
  for (const name of readdirSync(folder)) if (name.endsWith(partEnding)) rmSync(join(folder, name), { force: true })
}
