import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { isAbsolute, join, relative, resolve } from 'node:path'
import { BackupError } from '../../core/backup.ts'
import type { StepContext } from '../../core/context.ts'
import { errorCode } from '../../core/field-of.ts'
import { shellWord } from '../../core/shell-word.ts'
import type { ConfigSetOptions } from './options.ts'
import * as texts from './set-texts.ts'

/** A file of a set, as it was at one moment. */
export interface ConfigFile {
  /** As the config names it. */
  readonly path: string
  /** In the archive: below `base/` from the folder of the config, below `root/` from the root of the machine. */
  readonly name: string
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly mtimeNs: bigint
  readonly content: Buffer
}

/** Where a file of a set lies. */
export interface ConfigPlace {
  readonly path: string
  readonly absolute: string
  readonly name: string
  readonly isOptional: boolean
}

/** Configs are written by people: what is larger is something else. */
const largestFile = 10_000_000
/** Reads of a file that is written to meanwhile. */
const attempts = 3

const ownNames = ['ts', 'mts', 'js', 'mjs', 'yaml', 'yml', 'json'].map((ending) => `vigie.config.${ending}`)

export function placesOf(
  { files, own }: ConfigSetOptions,
  { baseDir }: Pick<StepContext, 'baseDir'>,
): readonly ConfigPlace[] {
  const named = files.map((file) => (typeof file === 'string' ? { path: file, optional: false } : file))
  const all = [...named, ...(own ? ownNames.map((path) => ({ path, optional: true })) : [])]
  const places = all.map(({ path, optional }) => {
    const absolute = resolve(baseDir, path)
    return { path, absolute, name: archiveName(absolute, baseDir), isOptional: optional }
  })
  // Own config may be named too.
  return places.filter(({ absolute }, at) => places.findIndex((one) => one.absolute === absolute) === at)
}

/** Every file of the set. Throws `volume-missing` for one that must be there, `unreachable` for one that cannot be read. */
export async function readSet(options: ConfigSetOptions, ctx: StepContext): Promise<readonly ConfigFile[]> {
  const files: ConfigFile[] = []
  for (const place of placesOf(options, ctx)) {
    const file = await readFile(place)
    if (file !== undefined) files.push(file)
  }
  if (files.length === 0) {
    throw new BackupError('volume-missing', texts.nothingThere({ folder: ctx.baseDir }), {
      hint: texts.nothingHint({}),
    })
  }
  return files
}

async function readFile(place: ConfigPlace): Promise<ConfigFile | undefined> {
  const { path, absolute, name, isOptional } = place
  let handle: FileHandle
  try {
    // A pipe in its place would never open.
    handle = await open(absolute, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (error) {
    const code = errorCode(error) ?? String(error)
    if (['ENOENT', 'ENOTDIR'].includes(code)) {
      if (isOptional) return undefined
      throw new BackupError('volume-missing', texts.missing({ path }), { hint: texts.missingHint({ path }) })
    }
    throw new BackupError('unreachable', texts.unreadable({ path, detail: code }), {
      hint: texts.unreadableHint({ word: shellWord(absolute) }),
    })
  }
  try {
    for (let attempt = 1; attempt <= attempts; attempt++) {
      const before = await handle.stat({ bigint: true })
      if (!before.isFile()) throw new BackupError('unreachable', texts.noFile({ path }))
      if (before.size > BigInt(largestFile)) {
        throw new BackupError('assertion', texts.tooLarge({ path, bytes: Number(before.size), limit: largestFile }))
      }
      const content = Buffer.alloc(Number(before.size) + 1)
      const { bytesRead } = await handle.read(content, 0, content.length, 0)
      const after = await handle.stat({ bigint: true })
      if (BigInt(bytesRead) !== before.size || after.mtimeNs !== before.mtimeNs || after.size !== before.size) continue
      return {
        ...{ path, name, mode: Number(before.mode & 0o7777n), uid: Number(before.uid), gid: Number(before.gid) },
        ...{ mtimeNs: before.mtimeNs, content: content.subarray(0, bytesRead) },
      }
    }
  } finally {
    await handle.close()
  }
  throw new BackupError('assertion', texts.writtenTo({ path }), { hint: texts.writtenToHint({}) })
}

function archiveName(absolute: string, baseDir: string): string {
  const below = relative(baseDir, absolute)
  const isBelow = below !== '' && below !== '..' && !below.startsWith('../') && !isAbsolute(below)
  return isBelow ? join('base', below) : join('root', absolute)
}
