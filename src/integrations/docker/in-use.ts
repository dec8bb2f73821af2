import { readdir, stat } from 'node:fs/promises'

/**
 * Whether a process of this machine works in a folder, in whatever container: a server of PostgreSQL makes its data folder
 * its own (`ChangeToDataDir`). Of processes that we may not look at nothing is known: it takes root.
 */
export async function isInUse(folder: string): Promise<boolean> {
  const wanted = await stat(folder)
  const processes = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  for (const pid of processes) {
    const own = await stat(`/proc/${pid}/cwd`).catch(() => undefined)
    if (own?.ino === wanted.ino && own.dev === wanted.dev) return true
  }
  return false
}
