import { unlink } from 'node:fs/promises'
import { relative, resolve } from 'node:path'
import * as z from 'zod'
import { bytesSchema } from '../../../core/bytes.ts'
import { durationSchema } from '../../../core/duration.ts'
import { VigieError } from '../../../core/errors.ts'
import { message } from '../../../core/message.ts'
import { type Action, defineTask } from '../../../core/task.ts'
import { mountsBelow } from '../borders.ts'
import { folderProblem } from '../folder-problem.ts'
import { recordWalk } from '../observe.ts'
import type { FilesOptions } from '../options.ts'
import { isBelow, realPaths } from '../paths.ts'
import { filesMessages, maxFiles, realRoot, refusal, refusedRootRemedy, walkCut, walkCutRemedy } from '../root.ts'
import { fail, stillAsSeen, unchangedTexts } from '../unchanged.ts'
import { walk } from '../walk.ts'

const dayMs = 86_400_000

const remove = message<{ path: string; ageMs: number }>('files.clean-remove', {
  en: (p, f) => `delete ${p.path} (${f.duration(p.ageMs)} old)`,
  fr: (p, f) => `supprimer ${p.path} (${f.duration(p.ageMs)})`,
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
  messages: [...filesMessages, ...unchangedTexts, remove],
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
    const seen = await stillAsSeen(target, String(expected['root']), expected, ctx)
    if ('reason' in seen) return { status: 'skipped', reason: seen.reason }
    await unlink(target).catch(fail)
    return { status: 'done', changed: true, bytes: seen.file.freedBytes }
  },
})
