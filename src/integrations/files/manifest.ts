import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode } from '../../core/field-of.ts'
import type { JsonObject } from '../../core/json.ts'

/** The way back of everything in a folder of the quarantine, one line a file. */
const manifestName = 'manifest.jsonl'
/** A folder of one day, UTC; the number tells a second one of a day apart, when a path came twice. */
const dayFolder = /^\d{4}-\d{2}-\d{2}(?:\.\d{1,3})?$/

/** One line, written and on the disk before the file is moved: whatever is in quarantine has its way back. */
export interface ManifestLine {
  readonly path: string
  readonly owner: string
  readonly takenAtMs: number
  readonly bytes: number
  readonly identity: JsonObject
}

export function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10)
}

/** Where a path is kept in a folder of the quarantine. */
export function placeIn(dayPath: string, path: string): string {
  return join(dayPath, 'files', path)
}

export function manifestOf(dayPath: string): string {
  return join(dayPath, manifestName)
}

export async function addLine(dayPath: string, line: ManifestLine): Promise<void> {
  const file = await open(manifestOf(dayPath), 'a', 0o600)
  try {
    // A line that a crash cut off must not spoil this one.
    await file.write(`\n${JSON.stringify(line)}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** The folders of the quarantine, oldest first; none when there is no quarantine. */
export async function dayFolders(quarantine: string): Promise<readonly string[]> {
  const names = await readdir(quarantine).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return []
    throw error
  })
  return names.filter((name) => dayFolder.test(name)).toSorted()
}

/** Every whole line of a manifest. A line that was cut off is of a file that was never moved. */
export async function* linesOf(dayPath: string): AsyncGenerator<ManifestLine> {
  const file = await open(manifestOf(dayPath)).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  })
  if (file === undefined) return
  try {
    for await (const text of file.readLines()) {
      const line = parse(text)
      if (line !== undefined) yield line
    }
  } finally {
    await file.close()
  }
}

function parse(text: string): ManifestLine | undefined {
  if (text.trim() === '') return undefined
  try {
    const value: unknown = JSON.parse(text)
    return isLine(value) ? value : undefined
  } catch {
    // It was cut off.
    return undefined
  }
}

function isLine(value: unknown): value is ManifestLine {
  if (typeof value !== 'object' || value === null) return false
  const { path, owner, takenAtMs, bytes, identity } = { ...value } as Record<string, unknown>
  return (
    typeof path === 'string' &&
    !path.split('/').includes('..') &&
    !path.startsWith('/') &&
    typeof owner === 'string' &&
    typeof takenAtMs === 'number' &&
    typeof bytes === 'number' &&
    typeof identity === 'object' &&
    identity !== null
  )
}
