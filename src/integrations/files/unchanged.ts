import { realpath } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { StepContext } from '../../core/context.ts'
import { errorCode } from '../../core/field-of.ts'
import type { JsonObject } from '../../core/json.ts'
import { message, type Text } from '../../core/message.ts'
import { borderAbove, mountsBelow } from './borders.ts'
import { withoutPath } from './folder-problem.ts'
import { isBelow, protectedNow } from './paths.ts'
import { isProtectedDirectory, isProtectedFile } from './protected-directory.ts'
import { type FoundFile, fileOf, lstatBig } from './walk.ts'

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
export const unchangedTexts = [gone, changed, moved, nowMounted, nowProtected]

/** By which a file is known again: nothing of it changes while nobody writes to it. */
export function identityOf({ size, mtimeMs, inode, device }: Omit<FoundFile, 'mount'>): JsonObject {
  return { size, mtimeMs, inode, device }
}

export function isIdentity(file: Omit<FoundFile, 'mount'>, expected: JsonObject): boolean {
  return Object.entries(identityOf(file)).every(([name, value]) => expected[name] === value)
}

/** The file as it is now, right before something is done to it; or why it may not be touched any more. */
export async function stillAsSeen(
  target: string,
  root: string,
  expected: JsonObject,
  ctx: StepContext,
): Promise<{ readonly file: Omit<FoundFile, 'mount'> } | { readonly reason: Text }> {
  const now = await lstatBig(target).catch(ifGone)
  if (now === undefined) return { reason: gone({}) }
  // A folder on the way that became a link would lead the action out of what was declared.
  if ((await realpath(dirname(target))) !== dirname(target) || !isBelow(target, root)) return { reason: moved({}) }
  if (borderAbove(target, root, await mountsBelow(root)) !== undefined) return { reason: nowMounted({}) }
  const file = fileOf(target, now)
  if (!now.isFile() || !isIdentity(file, expected)) return { reason: changed({}) }
  if (await isProtectedNow(target, root, await protectedNow(ctx))) return { reason: nowProtected({}) }
  return { file }
}

/** Only what is known to be gone is told as such: what cannot be looked at may still be there. */
export function ifGone(error: Error): undefined {
  if (['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '')) return undefined
  return fail(error)
}

/** The path is told with every action. */
export function fail(error: Error): never {
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
