import {
  accessSync,
  closeSync,
  constants,
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
  makeFolder(folder)
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

/** A folder that is new is lost with all in it when the power goes before its own entry is on the disk. */
function makeFolder(folder: string): void {
  const first = mkdirSync(folder, { recursive: true, mode: 0o700 })
  if (first === undefined) return
  for (let above = dirname(folder); isWithin(above, dirname(first)); above = dirname(above)) {
    // One that we may write into and not read cannot be opened for it.
    if (mayRead(above)) syncFile(above)
    if (above === dirname(above)) return
  }
}

function isWithin(folder: string, top: string): boolean {
  return folder === top || folder.startsWith(top.endsWith('/') ? top : `${top}/`)
}

function mayRead(folder: string): boolean {
  try {
    accessSync(folder, constants.R_OK)
    return true
  } catch {
    return false
  }
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
