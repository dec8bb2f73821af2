import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { StepContext } from '../core/context.ts'
import { isProcessAlive } from '../platform/process-alive.ts'

/** `PID-…`: whose it is can be seen by its name. */
const ownName = /^(\d+)-/

/**
 * A private folder for the time of a piece of work. What a process that was killed left is removed first. Vigie's own folder
 * is not shared between machines, so a process id is enough.
 */
export async function withScratch<T>(ctx: StepContext, work: (folder: string) => Promise<T>): Promise<T> {
  const parent = join(ctx.dataDir, 'scratch', hostname())
  await mkdir(parent, { recursive: true, mode: 0o700 })
  for (const name of await readdir(parent)) {
    const pid = Number(ownName.exec(name)?.[1])
    if (Number.isInteger(pid) && pid !== process.pid && !isProcessAlive(pid)) await removeAll(join(parent, name))
  }
  const folder = await mkdtemp(join(parent, `${process.pid}-`))
  try {
    return await work(folder)
  } finally {
    await removeAll(folder)
  }
}

function removeAll(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
}
