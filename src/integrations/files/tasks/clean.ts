import { realpath, unlink } from 'node:fs/promises'
import { dirname, relative, resolve } from 'node:path'
import * as z from 'zod'
import { bytesSchema } from '../../../core/bytes.ts'
import { durationSchema } from '../../../core/duration.ts'
import { VigieError } from '../../../core/errors.ts'
import { errorCode } from '../../../core/field-of.ts'
import { message } from '../../../core/message.ts'
import { type Action, defineTask } from '../../../core/task.ts'
import { borderAbove, mountsBelow } from '../borders.ts'
import { folderProblem, withoutPath } from '../folder-problem.ts'
import { recordWalk } from '../observe.ts'
import type { FilesOptions } from '../options.ts'
import { isBelow, protectedNow, realPaths } from '../paths.ts'
import { isProtectedDirectory, isProtectedFile } from '../protected-directory.ts'
import { filesMessages, maxFiles, realRoot, refusal, refusedRootRemedy, walkCut, walkCutRemedy } from '../root.ts'
import { fileOf, lstatBig, walk } from '../walk.ts'

const dayMs = 86_400_000

const remove = message<{ path: string; ageMs: number }>('files.clean-remove', {
  en: (p, f) => `delete ${p.path} (${f.duration(p.ageMs)} old)`,
  fr: (p, f) => `supprimer ${p.path} (${f.duration(p.ageMs)})`,
})
const gone = message('files.clean-gone', { en: () => 'it is gone already', fr: () => 'il a déjà disparu' })
const changed = message('files.clean-changed', {
  en: () => 'it changed since it was planned',
  fr: () => 'il a changé depuis le plan',
})
const moved = message('files.clean-moved', {
  en: () => 'its folder now leads elsewhere',
  fr: () => 'son dossier mène désormais ailleurs',
})
const nowMounted = message('files.clean-mounted', {
  en: () => 'something is mounted over it now',
  fr: () => 'quelque chose est désormais monté à cet endroit',
})
const nowProtected = message('files.clean-protected', {
  en: () => 'it is protected now',
  fr: () => 'il est désormais protégé',
})

const options = z.strictObject({
  glob: z.string().default('**/*'),
  /** The guides keep generated files and logs 30 days. */
  olderThan: durationSchema.default(30 * dayMs),
  largerThan: bytesSchema.default(0),
  /** The newest files stay, whatever their age. */
  keepNewest: z.number().int().min(0).default(0),
})

/**
 * Deletes files by age, size and glob: below the declared folder alone, nothing of what is mounted there, links not
 * followed, nothing that Vigie protects, each looked at again right before it goes.
 */
export const cleanTask = defineTask<FilesOptions>()({
  kind: 'files-clean',
  summary: message('files.clean-summary', { en: () => 'delete old files', fr: () => 'supprimer les vieux fichiers' }),
  options,
  effect: 'destroy',
  cadence: 'monthly',
  criticality: 'informative',
  messages: [...filesMessages, remove, gone, changed, moved, nowMounted, nowProtected],
  plan: async (component, { glob, olderThan, largerThan, keepNewest }, ctx): Promise<readonly Action[]> => {
    const path = resolve(ctx.baseDir, component.options.path)
    const root = await realRoot(path, ctx.baseDir).catch((error: Error) => {
      const { reason, remedy: hint } = folderProblem(path, error.message)
      throw new VigieError('usage', reason, { hint, cause: error })
    })
    const refused = refusal(root)
    if (refused !== undefined) throw new VigieError('usage', refused, { hint: refusedRootRemedy({}) })
    const protectedPaths = await realPaths(await ctx.protectedPaths())
    if ([...protectedPaths].some((path) => path === root || isBelow(root, path))) return []
    const mounts = await mountsBelow(root)
    const bounds = { mounts, crossesMounts: false, protectedPaths, skipProtected: true }
    const walked = await walk(root, { glob, maxFiles, ...bounds, signal: ctx.signal })
    recordWalk(`${root}/${glob}`, walked, ctx)
    const { files, isCut } = walked
    if (isCut) throw new VigieError('usage', walkCut({ path: root, count: maxFiles }), { hint: walkCutRemedy({}) })
    const now = ctx.clock.now().getTime()
    return files
      .toSorted((a, b) => b.mtimeMs - a.mtimeMs)
      .slice(keepNewest)
      .filter(({ mtimeMs, size }) => mtimeMs < now - olderThan && size >= largerThan)
      .map(({ path, size, freedBytes, mtimeMs, inode, device }) => ({
        summary: remove({ path: relative(root, path), ageMs: now - mtimeMs }),
        effect: 'destroy',
        target: path,
        bytes: freedBytes,
        expected: { root, size, mtimeMs, inode, device },
      }))
  },
  execute: async ({ target, expected }, _, __, ctx) => {
    const now = await lstatBig(target).catch(ifGone)
    if (now === undefined) return { status: 'skipped', reason: gone({}) }
    const root = String(expected['root'])
    // A folder on the way that became a link would lead the deletion out of what was declared.
    if ((await realpath(dirname(target))) !== dirname(target) || !isBelow(target, root))
      return { status: 'skipped', reason: moved({}) }
    if (borderAbove(target, root, await mountsBelow(root)) !== undefined)
      return { status: 'skipped', reason: nowMounted({}) }
    const file = fileOf(target, now)
    const isSame =
      now.isFile() &&
      file.inode === expected['inode'] &&
      file.device === expected['device'] &&
      file.size === expected['size'] &&
      file.mtimeMs === expected['mtimeMs']
    if (!isSame) return { status: 'skipped', reason: changed({}) }
    if (await isProtectedNow(target, root, await protectedNow(ctx)))
      return { status: 'skipped', reason: nowProtected({}) }
    await unlink(target).catch(fail)
    return { status: 'done', changed: true, bytes: file.freedBytes }
  },
})

/** Only what is known to be gone is told as such: what cannot be looked at may still be there. */
function ifGone(error: Error): undefined {
  if (['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '')) return undefined
  return fail(error)
}

/** The path is told with every action. */
function fail(error: Error): never {
  throw new Error(withoutPath(error.message), { cause: error })
}

async function isProtectedNow(target: string, root: string, protectedPaths: ReadonlySet<string>): Promise<boolean> {
  if ([...protectedPaths].some((path) => path === target || isBelow(target, path))) return true
  if (await isProtectedFile(target)) return true
  for (let folder = dirname(target); isBelow(folder, root) || folder === root; folder = dirname(folder)) {
    if (await isProtectedDirectory(folder)) return true
  }
  return false
}
