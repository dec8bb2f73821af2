import {
  accessSync,
  constants,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { sha256 } from '../../../core/hash.ts'
import { removeParts, replaceFile } from '../../../platform/replace-file.ts'
import type { FileColumn } from './parquet-columns.ts'

/** The rows of such a file may still stand in the table: readers of `*.parquet` do not see it. */
const pendingEnding = '.pending'

/** Whose rows stand in the folder: its system and component. */
const ownerFile = 'owner.txt'

/** Where a rule keeps its files: `<folder>/<rule>/<day>/part-….parquet`, and how columns are to be read beside them. */
export function ruleFolder(baseDir: string, written: string, rule: string): string {
  return join(resolve(baseDir, written), rule)
}

/** Undefined when files can be made there, else what stands in the way. Makes nothing. */
export function unwritable(folder: string): string | undefined {
  let there = folder
  while (!existsSync(there) && dirname(there) !== there) there = dirname(there)
  try {
    accessSync(there, constants.W_OK | constants.X_OK)
    return statSync(there).isDirectory() ? undefined : there
  } catch {
    return there
  }
}

/**
 * A name for rows of one day, the same for the same first and last key: `…/2026-05-01/part-….parquet.pending`. A file that
 * is there already holds other rows, which had the same keys before: it stays.
 */
export function pendingFile(folder: string, day: string, first: readonly string[], last: readonly string[]): string {
  const stem = join(folder, day, `part-${sha256(JSON.stringify([first, last])).slice(0, 16)}`)
  for (let turn = 1; ; turn++) {
    const file = `${stem}${turn === 1 ? '' : `-${turn}`}.parquet`
    if (!existsSync(file)) return `${file}${pendingEnding}`
  }
}

/** What an interrupted run left, oldest day first; of what it had not finished writing nothing is left. */
export function pendingFiles(folder: string): readonly string[] {
  return globSync(`*/*.parquet${pendingEnding}`, { cwd: folder })
    .toSorted()
    .map((name) => join(folder, name))
}

/** What was being written when a run was killed. */
export function removeUnfinished(folder: string): void {
  for (const name of globSync('*/', { cwd: folder })) removeParts(join(folder, name))
}

/** The rows are gone from the table: from now on the file is theirs. */
export function keepFile(pending: string): void {
  renameSync(pending, pending.slice(0, -pendingEnding.length))
}

export function dropFile(pending: string): void {
  rmSync(pending, { force: true })
}

/**
 * Two components with the same rule and folder would take each other's unfinished files for their own, and settle by the
 * wrong table whether these rows are gone. Undefined when the folder is `owner`'s from now on, else whose it is.
 */
export async function claimFolder(folder: string, owner: string): Promise<string | undefined> {
  const file = join(folder, ownerFile)
  const whose = (): string => (existsSync(file) ? readFileSync(file, 'utf8').trim() : '')
  if (whose() === '') await replaceFile(file, async (part) => writeFileSync(part, `${owner}\n`))
  return whose() === owner ? undefined : whose()
}

/** How the columns of files of this form are to be read; one file a form. */
export async function writeManifest(folder: string, table: string, columns: readonly FileColumn[]): Promise<void> {
  const forms = columns.map(({ name, type, fileType, isText }) => ({ name, type, fileType, isText }))
  const file = join(folder, `manifest-${sha256(forms).slice(0, 16)}.json`)
  if (existsSync(file)) return
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const text = JSON.stringify({ table, timesAreUtc: true, columns: forms }, null, 2)
  await replaceFile(file, async (part) => writeFileSync(part, `${text}\n`))
}

export function nameOf(file: string): string {
  return join(basename(dirname(file)), basename(file))
}
