import { constants } from 'node:fs'
import {
  chmod,
  chown,
  copyFile,
  link,
  lstat,
  mkdir,
  mkdtemp,
  open,
  readdir,
  realpath,
  rename,
  rm,
} from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import picomatch from 'picomatch'
import * as z from 'zod'
import { BackupError, type RestoreWanted, type StoredComponent } from '../../core/backup.ts'
import type { StepContext } from '../../core/context.ts'
import { errorCode } from '../../core/field-of.ts'
import type { Action, ActionOutcome } from '../../core/task.ts'
import { diffOf } from './config-diff.ts'
import { contentMac, digestKey, factsOf } from './config-facts.ts'
import { placesOf, readSet } from './config-files.ts'
import { restoreMissing, restoreOver } from './diff-texts.ts'
import type { ConfigSetOptions } from './options.ts'
import { type PackedConfig, unpackSet } from './set-archive.ts'
import * as texts from './set-texts.ts'

const expectedSchema = z.union([
  z.object({ mode: z.literal('beside'), target: z.string(), only: z.array(z.string()) }),
  z.object({
    mode: z.literal('over'),
    path: z.string(),
    target: z.string(),
    /** Digest of what stands there; '' for nothing. */
    there: z.string(),
  }),
])

/** Beside: one folder with all. Over: one action for each config that is not as in the backup, with what would change. */
export async function planSetRestore(
  options: ConfigSetOptions,
  stored: StoredComponent,
  { over, to, only }: RestoreWanted,
  ctx: StepContext,
): Promise<readonly Action[]> {
  const key = await ctx.ownKey(digestKey)
  const packed = wantedOf(await unpackSet(stored, key), only)
  const at = stored.at.toISOString()
  if (!over) {
    const target = resolve(ctx.baseDir, to ?? `${stored.component}.restored-${stampOf(stored.at)}`)
    await mustBeFree(target)
    const summary = texts.restoreBeside({ count: packed.length, at, path: target })
    return [{ summary, effect: 'change', target, expected: { mode: 'beside', target, only: [...only] } }]
  }
  const places = new Map(placesOf(options, ctx).map((place) => [place.path, place]))
  const actions: Action[] = []
  for (const config of packed) {
    const { path } = config
    const target = places.get(path)?.absolute ?? resolve(ctx.baseDir, path)
    const living = await livingAt(path, target, ctx)
    const there = living === undefined ? '' : contentMac(key, path, living.content)
    const expected = { mode: 'over', path, target, there }
    if (living === undefined) {
      actions.push({ summary: restoreMissing({ at, path }), effect: 'change', target, expected })
      continue
    }
    const [diff] = diffOf(await factsOf([living], key), await factsOf([config], key)) ?? []
    if (diff === undefined) continue
    const undo = texts.undoOver({ path: target })
    actions.push({ summary: restoreOver({ at, diff, path }), effect: 'destroy', target, undo, expected })
  }
  return actions
}

export async function restoreSet(stored: StoredComponent, action: Action, ctx: StepContext): Promise<ActionOutcome> {
  const key = await ctx.ownKey(digestKey)
  const expected = expectedSchema.parse(action.expected)
  const packed = await unpackSet(stored, key)
  if (expected.mode === 'beside') {
    const configs = wantedOf(packed, expected.only)
    await mustBeFree(expected.target)
    await onDisk(expected.target, () => writeFolder(expected.target, configs))
    const note = texts.restoredNote({ count: configs.length, place: expected.target })
    return { status: 'done', changed: true, note }
  }
  const { path, target, there } = expected
  const config = packed.find((one) => one.path === path)
  if (config === undefined) throw new BackupError('volume-missing', texts.notInBackup({ path }))
  const living = await livingAt(path, target, ctx)
  const now = living === undefined ? '' : contentMac(key, path, living.content)
  if (now !== there) return { status: 'skipped', reason: texts.changedSince({ path }) }
  const before = await onDisk(target, () => replace(target, config, living !== undefined, stampOf(ctx.clock.now())))
  return {
    status: 'done',
    changed: true,
    note:
      before === undefined ? texts.restoredNote({ count: 1, place: target }) : texts.keptNote({ path: target, before }),
  }
}

/** Writes configs below a folder, each below `base` or `root`; for its owner alone, since they hold secrets. */
export async function writeConfigs(folder: string, configs: readonly PackedConfig[]): Promise<void> {
  for (const config of configs) {
    const path = join(folder, config.name)
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    await writeNew(path, config)
  }
}

function wantedOf(packed: readonly PackedConfig[], only: readonly string[]): readonly PackedConfig[] {
  const fits = only.map((one) => ({ one, fits: picomatch(one, { dot: true }) }))
  for (const { one, fits: isIt } of fits) {
    if (packed.some(({ path }) => path === one || isIt(path))) continue
    throw new BackupError('volume-missing', texts.notInBackup({ path: one }))
  }
  return packed.filter(
    ({ path }) => only.length === 0 || fits.some(({ one, fits: isIt }) => path === one || isIt(path)),
  )
}

async function livingAt(path: string, target: string, ctx: StepContext) {
  const [living] = await readSet({ files: [{ path: target, optional: true }], own: false }, ctx).catch(
    (error: unknown) => {
      if (error instanceof BackupError && error.failure === 'volume-missing') return []
      throw error
    },
  )
  return living && { ...living, path }
}

async function mustBeFree(target: string): Promise<void> {
  const names = await readdir(target).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return []
    return ['?']
  })
  if (names.length > 0) {
    throw new BackupError('assertion', texts.isThere({ path: target }), { hint: texts.isThereHint({}) })
  }
}

/** All of it under another name first: what is called so is whole. */
async function writeFolder(target: string, configs: readonly PackedConfig[]): Promise<void> {
  const prefix = `.${basename(target)}.vigie-part-`
  for (const name of await readdir(dirname(target))) {
    if (name.startsWith(prefix)) await rm(join(dirname(target), name), { recursive: true, force: true })
  }
  const part = await mkdtemp(join(dirname(target), prefix))
  try {
    await writeConfigs(part, configs)
    await rename(part, target)
  } catch (error) {
    await rm(part, { recursive: true, force: true })
    throw error
  }
}

/** Gives the name under which what was there is kept. There is the old config or the new one at any moment. */
async function replace(
  path: string,
  config: PackedConfig,
  isThere: boolean,
  stamp: string,
): Promise<string | undefined> {
  const target = isThere ? await realpath(path) : path
  await mkdir(dirname(target), { recursive: true })
  const part = `${target}.vigie-part`
  await rm(part, { force: true })
  try {
    await writeNew(part, config)
    const before = isThere ? await keptAs(target, stamp) : undefined
    await rename(part, target)
    const folder = await open(dirname(target), 'r')
    await folder.sync().finally(() => folder.close())
    return before
  } catch (error) {
    await rm(part, { force: true })
    throw error
  }
}

/** A further name for what is there, without a moment in which it has none. */
async function keptAs(target: string, stamp: string): Promise<string> {
  for (let number = 1; ; number++) {
    const before = `${target}.before-${stamp}${number === 1 ? '' : `.${number}`}`
    try {
      await link(target, before)
      return before
    } catch (error) {
      const code = errorCode(error) ?? ''
      if (code === 'EEXIST' && number < 99) continue
      // Not every file system has links.
      if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(code)) throw error
      await copyFile(target, before, constants.COPYFILE_EXCL)
      const { mode, uid, gid } = await lstat(target)
      if (process.getuid?.() === 0) await chown(before, uid, gid)
      await chmod(before, mode & 0o7777)
      return before
    }
  }
}

async function writeNew(path: string, { content, mode, uid, gid, mtimeNs }: PackedConfig): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(content)
    if (process.getuid?.() === 0) await file.chown(uid, gid)
    await file.chmod(mode)
    const seconds = Number(mtimeNs) / 1e9
    await file.utimes(seconds, seconds)
    await file.sync()
  } finally {
    await file.close()
  }
}

async function onDisk<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const code = errorCode(error) ?? ''
    if (['ENOSPC', 'EDQUOT'].includes(code)) throw new BackupError('no-space', texts.noSpace({ path }))
    if (['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR', 'ENOTEMPTY', 'EISDIR'].includes(code)) {
      throw new BackupError('assertion', texts.notWritable({ path, detail: code }), { cause: error })
    }
    throw error
  }
}

function stampOf(at: Date): string {
  return at.toISOString().replace(/[-:]|\.\d+/g, '')
}
