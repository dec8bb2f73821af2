import { constants } from 'node:fs'
import { copyFile, link, lstat, mkdir, realpath, rename, rmdir, unlink, utimes } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import type { StepContext } from '../../core/context.ts'
import type { KeptFile, ListedFile } from '../../core/data-abilities.ts'
import { VigieError } from '../../core/errors.ts'
import { errorCode } from '../../core/field-of.ts'
import { message } from '../../core/message.ts'
import type { ActionOutcome } from '../../core/task.ts'
import { addLine, dayFolders, dayOf, linesOf, manifestOf, placeIn } from './manifest.ts'
import { isBelow } from './paths.ts'
import { quarantineFolder } from './protected-directory.ts'
import { refusal, refusedRootRemedy } from './root.ts'
import { fail, identityOf, ifGone, isIdentity, stillAsSeen } from './unchanged.ts'
import { fileOf, lstatBig } from './walk.ts'

const otherFileSystem = message('files.quarantine-other', {
  en: () => 'it lies on another file system than the quarantine: make what is mounted there a component of its own',
  fr: () => 'il est sur un autre système de fichiers que la quarantaine : faites de ce montage un composant à part',
})
const notOurs = message<{ path: string }>('files.quarantine-not-ours', {
  en: (p) => `${p.path} is a link or no folder: nothing is moved there`,
  fr: (p) => `${p.path} est un lien ou n'est pas un dossier : rien n'y est déplacé`,
})
const notOursRemedy = message('files.quarantine-not-ours-remedy', {
  en: () => 'See who made it, and take it away: Vigie makes the folder itself',
  fr: () => "Voyez qui l'a créé, et retirez-le : Vigie crée ce dossier elle-même",
})
const taken = message('files.quarantine-taken', {
  en: () => 'another file stands in its place now',
  fr: () => 'un autre fichier est désormais à sa place',
})
const notKept = message('files.quarantine-not-kept', {
  en: () => 'it is no longer in quarantine as it was put there',
  fr: () => "il n'est plus en quarantaine tel qu'il y a été mis",
})
const tooMany = message<{ count: number }>('files.quarantine-full', {
  en: (p, f) => `could not tell: more than ${f.number(p.count)} files are in quarantine`,
  fr: (p, f) => `indéterminé : plus de ${f.number(p.count)} fichiers sont en quarantaine`,
})
const tooManyRemedy = message('files.quarantine-full-remedy', {
  en: () => 'Purge or move away what is old there',
  fr: () => 'Purgez ou déplacez ce qui y est ancien',
})
export const quarantineTexts = [otherFileSystem, notOurs, notOursRemedy, taken, notKept, tooMany, tooManyRemedy]

/** Files of one owner that are read from the manifests. */
const keptAtMost = 200_000
/** Folders of one day: a path that comes again on the same day needs another one. */
const foldersOfDay = 99

/** Moves a file into the quarantine below the root, on the same file system, its way back written down before. */
export async function moveAway(
  root: string,
  { path, bytes, identity }: ListedFile,
  owner: string,
  ctx: StepContext,
): Promise<ActionOutcome> {
  const refused = refusal(root)
  if (refused !== undefined) throw new VigieError('usage', refused, { hint: refusedRootRemedy({}) })
  const source = join(root, path)
  const seen = await stillAsSeen(source, root, identity, ctx)
  if ('reason' in seen) return { status: 'skipped', reason: seen.reason }
  const takenAt = ctx.clock.now()
  const dayPath = await freeDay(join(root, quarantineFolder), dayOf(takenAt), path)
  const place = placeIn(dayPath, path)
  await mkdir(dirname(place), { recursive: true, mode: 0o700 })
  await mustLieWhereItSays(dirname(place))
  const { dev } = await lstatBig(dirname(place))
  if (String(dev) !== identity['device']) {
    await tidy(dayPath, dirname(place))
    return { status: 'skipped', reason: otherFileSystem({}) }
  }
  await addLine(dayPath, { path, owner, takenAtMs: takenAt.getTime(), bytes, identity })
  await rename(source, place).catch(fail)
  // What was exchanged between the look and the move goes back, unless its place is taken again.
  const arrived = fileOf(place, await lstatBig(place))
  if (!isIdentity(arrived, identity)) {
    const isBack = await putBack(place, source)
    const line = { path, owner, takenAtMs: takenAt.getTime(), bytes: arrived.size, identity: identityOf(arrived) }
    if (!isBack) await addLine(dayPath, line)
    return { status: 'skipped', reason: taken({}) }
  }
  return { status: 'done', changed: true, bytes: seen.file.freedBytes }
}

/** What an owner has in quarantine and is there as it was put there, by path. Throws when there is too much of it. */
export async function keptFiles(root: string, owner: string, ctx: StepContext): Promise<readonly KeptFile[]> {
  const quarantine = join(root, quarantineFolder)
  const found = new Map<string, KeptFile>()
  for (const day of await dayFolders(quarantine)) {
    const dayPath = join(quarantine, day)
    await mustLieWhereItSays(dayPath)
    for await (const { path, owner: whose, takenAtMs, bytes, identity } of linesOf(dayPath)) {
      ctx.signal.throwIfAborted()
      if (whose !== owner) continue
      const place = placeIn(dayPath, path)
      const now = await lstatBig(place).catch(ifGone)
      if (now?.isFile() !== true || !isIdentity(fileOf(place, now), identity)) continue
      const at = relative(root, place)
      found.set(at, { path, place: at, takenAt: new Date(takenAtMs), bytes, identity })
      if (found.size > keptAtMost)
        throw new VigieError('no-answer', tooMany({ count: keptAtMost }), { hint: tooManyRemedy({}) })
    }
  }
  return [...found.values()].toSorted((a, b) => (a.place < b.place ? -1 : 1))
}

/** Puts a file back; nothing that stands in its place is overwritten. */
export async function restoreFile(root: string, { path, place, identity }: KeptFile): Promise<ActionOutcome> {
  const kept = join(root, place)
  if (!(await isKept(root, kept, identity))) return { status: 'skipped', reason: notKept({}) }
  const target = join(root, path)
  await mkdir(dirname(target), { recursive: true })
  await mustLieWhereItSays(dirname(target))
  if (!(await putBack(kept, target))) return { status: 'skipped', reason: taken({}) }
  await tidy(dayOfPlace(root, place), dirname(kept))
  return { status: 'done', changed: true }
}

/** Deletes a file of the quarantine for good. */
export async function purgeFile(root: string, { place, identity }: KeptFile): Promise<ActionOutcome> {
  const kept = join(root, place)
  if (!(await isKept(root, kept, identity))) return { status: 'skipped', reason: notKept({}) }
  const { freedBytes } = fileOf(kept, await lstatBig(kept))
  await unlink(kept).catch(fail)
  await tidy(dayOfPlace(root, place), dirname(kept))
  return { status: 'done', changed: true, bytes: freedBytes }
}

async function isKept(root: string, kept: string, identity: KeptFile['identity']): Promise<boolean> {
  if (!isBelow(kept, join(root, quarantineFolder))) return false
  const now = await lstatBig(kept).catch(ifGone)
  if (now?.isFile() !== true || !isIdentity(fileOf(kept, now), identity)) return false
  await mustLieWhereItSays(dirname(kept))
  return true
}

/** Gives a file its other name without overwriting anything; false when that name is taken. */
async function putBack(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
  } catch (error) {
    const code = errorCode(error) ?? ''
    if (code === 'EEXIST') return false
    // Not every file system has links.
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(code)) throw error
    const { atime, mtime } = await lstat(from)
    const isFree = await copyFile(from, to, constants.COPYFILE_EXCL).then(
      () => true,
      (failure: unknown) => {
        if (errorCode(failure) === 'EEXIST') return false
        throw failure
      },
    )
    if (!isFree) return false
    await utimes(to, atime, mtime)
  }
  await unlink(from)
  return true
}

/** The folder of this day in which the path is still free. */
async function freeDay(quarantine: string, day: string, path: string): Promise<string> {
  await mkdir(quarantine, { mode: 0o700 }).catch((error: unknown) => {
    if (errorCode(error) !== 'EEXIST') throw error
  })
  await mustLieWhereItSays(quarantine)
  for (let number = 1; number <= foldersOfDay; number++) {
    const dayPath = join(quarantine, number === 1 ? day : `${day}.${number}`)
    const isTaken = await lstat(placeIn(dayPath, path)).then(
      () => true,
      (error: unknown) => errorCode(error) === 'ENOTDIR' || ifGone(Object(error)) !== undefined,
    )
    // A folder that is a file here, of another path of the day, is no place either.
    if (!isTaken && (await isFolderFree(dayPath, path))) return dayPath
  }
  throw new VigieError('action-refused', notOurs({ path: join(quarantine, day) }), { hint: notOursRemedy({}) })
}

/** Whether no file stands where the path needs a folder. */
async function isFolderFree(dayPath: string, path: string): Promise<boolean> {
  for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) {
    const now = await lstat(placeIn(dayPath, folder)).catch((error: Error) => ifGone(error))
    if (now !== undefined && !now.isDirectory()) return false
  }
  return true
}

/** A link on the way, made by somebody who may write there, would lead files elsewhere. */
async function mustLieWhereItSays(folder: string): Promise<void> {
  const isOurs = (await realpath(folder)) === folder && (await lstat(folder)).isDirectory()
  if (!isOurs) throw new VigieError('action-refused', notOurs({ path: folder }), { hint: notOursRemedy({}) })
}

function dayOfPlace(root: string, place: string): string {
  const [, day = ''] = place.split('/')
  return join(root, quarantineFolder, day)
}

/** Takes folders away that are empty now, and with the last one the manifest, which has nothing left to tell. */
async function tidy(dayPath: string, from: string): Promise<void> {
  try {
    for (let folder = from; isBelow(folder, dayPath); folder = dirname(folder)) await rmdir(folder)
    await unlink(manifestOf(dayPath)).catch(ifGone)
    await rmdir(dayPath)
    await rmdir(dirname(dayPath))
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(errorCode(error) ?? '')) throw error
  }
}
