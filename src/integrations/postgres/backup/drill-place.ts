import { execFile } from 'node:child_process'
import { chmod, chown, mkdtemp, open, readdir, readFile, readlink, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { User } from '../../../platform/embedded-postgres.ts'
import { isProcessAlive } from '../../../platform/process-alive.ts'
import { isOwnerGone, ownProcess } from '../../../platform/process-owner.ts'

const run = promisify(execFile)

/** Where the files of a rehearsal lie. */
export interface DrillPlace {
  readonly data: string
  /** Short, since the path of a socket may have 107 bytes. */
  readonly sockets: string
}

/** Whose it is stands in the name. */
const ownName = /^vigie-drill-(\d+-\d+-\d+)-\w{6}$/
const endLimitMs = 10_000

/**
 * Two folders that belong to the user of the server. The one for the data is below `scratch` where that user can come there,
 * else where temporary files that outlive a restart are kept.
 */
export async function makePlace(scratch: string, user: User | undefined): Promise<DrillPlace> {
  const sockets = await makeFolder(tmpdir(), user, 0o711)
  try {
    return { data: await makeData(scratch, user), sockets }
  } catch (error) {
    await rm(sockets, { recursive: true, force: true })
    throw error
  }
}

async function makeData(scratch: string, user: User | undefined): Promise<string> {
  const data = await makeFolder(scratch, user, 0o700)
  if (user === undefined || (await canWrite(data, user))) return data
  await rm(data, { recursive: true, force: true })
  // A folder that is not there, as /var/tmp in some containers, makes room for the next.
  return makeFolder('/var/tmp', user, 0o700).catch(() => makeFolder(tmpdir(), user, 0o700))
}

async function makeFolder(parent: string, user: User | undefined, mode: number): Promise<string> {
  const folder = await mkdtemp(join(parent, `vigie-drill-${ownProcess()}-`))
  await chmod(folder, mode)
  if (user !== undefined) await chown(folder, user.uid, user.gid)
  return folder
}

/**
 * A new file in a folder that may be another user's, of whom it is ours to hand over to. What somebody put in its place, a link
 * too, is refused and not written through.
 */
export async function writeFor(
  user: { readonly uid: number; readonly gid: number } | undefined,
  path: string,
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    for await (const piece of pieces) await file.writeFile(piece)
    if (user !== undefined && process.getuid?.() === 0) await file.chown(user.uid, user.gid)
  } finally {
    await file.close()
  }
}

async function canWrite(folder: string, { uid, gid }: User): Promise<boolean> {
  return run('/bin/sh', ['-c', 'test -w "$1"', 'sh', folder], { uid, gid, cwd: '/' }).then(
    () => true,
    () => false,
  )
}

/**
 * Ends and removes what a rehearsal of a process that is gone left behind, when even the guard of its server was killed.
 * What anybody else could have put there is left alone: it must be our own folder, or that of the server's user.
 */
export async function removeLeftovers(scratch: string, user: User | undefined): Promise<void> {
  const left: string[] = []
  for (const parent of new Set([tmpdir(), '/var/tmp', scratch])) {
    const names = await readdir(parent).catch(() => [])
    left.push(...names.filter((name) => isLeft(name)).map((name) => join(parent, name)))
  }
  for (const folder of left) if (await isOurs(folder, user)) await endServerOf(folder)
  for (const folder of left) if (await isOurs(folder, user)) await rm(folder, { recursive: true, force: true })
}

function isLeft(name: string): boolean {
  const owner = ownName.exec(name)?.[1]
  return owner !== undefined && isOwnerGone(owner)
}

async function isOurs(folder: string, user: User | undefined): Promise<boolean> {
  const { lstat } = await import('node:fs/promises')
  const found = await lstat(folder).catch(() => undefined)
  return found?.isDirectory() === true && (found.uid === process.getuid?.() || found.uid === user?.uid)
}

/** The lock of the socket names the process and its data folder, in which that process stands as long as it is the same. */
async function endServerOf(sockets: string): Promise<void> {
  const lock = await readFile(join(sockets, '.s.PGSQL.5432.lock'), 'utf8').catch(() => '')
  const [first = '', data = ''] = lock.split('\n')
  const pid = Number(first)
  const isIt = async (): Promise<boolean> => {
    const where = await readlink(`/proc/${pid}/cwd`).catch(() => '')
    return data.includes('/vigie-drill-') && where.replace(/ \(deleted\)$/, '') === data
  }
  if (!Number.isInteger(pid) || pid <= 1) return
  const until = performance.now() + endLimitMs
  for (const signal of ['SIGQUIT', 'SIGKILL'] as const) {
    if (!(await isIt())) return
    try {
      process.kill(pid, signal)
    } catch {
      return
    }
    while (isProcessAlive(pid) && performance.now() < until) await wait(50)
  }
}
