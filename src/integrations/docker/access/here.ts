import { readdir, stat, statfs } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import * as z from 'zod'
import type { StepContext } from '../../../core/context.ts'
import type { Engine } from '../../../platform/docker/engine.ts'
import { inspectVolume, type Volume } from '../../../platform/docker/volumes.ts'
import { volumeGone } from '../volume-texts.ts'
import { checkTar } from './tar-result.ts'
import { readWords, tarOf, writeWords } from './tar-words.ts'
import { postgresDepth, type VolumeAccess } from './volume-access.ts'

/** A tree of uploads may have millions; the copy itself looks at each entry again. */
const maxFolders = 5000

const engineInfo = z.object({
  Name: z.string(),
  DockerRootDir: z.string(),
  SecurityOptions: z.array(z.string()).nullish(),
})

/**
 * The folders of the volumes themselves, where they are surely those of the engine: it listens on a socket of this machine
 * and bears its name, we are root, user ids mean what they say, and the volume is a plain folder. A like path on another
 * machine would be another volume. Undefined otherwise, and without GNU tar.
 */
export async function accessHere(
  engine: Engine,
  volume: Volume | undefined,
  ctx: StepContext,
): Promise<VolumeAccess | undefined> {
  if (!engine.address.startsWith('unix:') || process.getuid?.() !== 0) return undefined
  const { Name, SecurityOptions, DockerRootDir } = await engine.ask({ path: '/info', signal: ctx.signal }, engineInfo)
  const isMapped = (SecurityOptions ?? []).some((one) => /^name=(?:rootless|userns)/.test(one))
  if (Name !== hostname() || isMapped || (volume !== undefined && !isPlain(volume))) return undefined
  const look = await stat(volume?.mountpoint ?? join(DockerRootDir, 'volumes')).catch(() => undefined)
  if (look?.isDirectory() !== true) return undefined
  if ((await tarHere(ctx)) !== 'gnu') return undefined
  const folderOf = async (name: string): Promise<string> => {
    const found = name === volume?.name ? volume : await inspectVolume(engine, name, ctx.signal)
    if (found === undefined || !isPlain(found)) throw volumeGone(name)
    return found.mountpoint
  }
  return { by: 'tar', isHere: true, tar: 'gnu', ...inFolders(folderOf, ctx) }
}

/** GNU tar of this machine, or what else there is. */
export async function tarHere(ctx: StepContext): Promise<'gnu' | 'other' | undefined> {
  const { outcome, stdout } = await ctx.run({ argv: ['tar', '--version'], env: { LC_ALL: 'C' } })
  return outcome === 'exited' ? tarOf(stdout) : undefined
}

/** Reading and writing folders of this machine by its own GNU tar. */
export function inFolders(
  folderOf: (name: string) => Promise<string>,
  ctx: StepContext,
): Omit<VolumeAccess, 'by' | 'isHere' | 'tar'> {
  const limits = { env: { LC_ALL: 'C' }, timeoutMs: ctx.timeoutMs }
  return {
    read: async (name, take) => {
      const result = await ctx.run({ argv: readWords('gnu', await folderOf(name)), onStdout: take, ...limits })
      checkTar(result, 'read', name)
      return result.stderr
    },
    write: async (name, pieces) => {
      const result = await ctx.run({ argv: writeWords('gnu', await folderOf(name)), stdin: pieces, ...limits })
      checkTar(result, 'write', name)
    },
    clear: async (name) => {
      const argv = ['find', await folderOf(name), '-mindepth', '1', '-delete'] as const
      checkTar(await ctx.run({ argv: [...argv], ...limits }), 'write', name)
    },
    hasPostgres: async (name) => hasVersionFile(await folderOf(name), postgresDepth, { left: maxFolders }),
    freeBytes: async (name) => {
      const { bavail, bsize } = await statfs(await folderOf(name))
      return bavail * bsize
    },
  }
}

function isPlain({ driver, options }: Volume): boolean {
  return driver === 'local' && Object.keys(options).length === 0
}

/** Undefined when there are more folders than are looked into. */
async function hasVersionFile(folder: string, depth: number, budget: { left: number }): Promise<boolean | undefined> {
  if (--budget.left < 0) return undefined
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  if (entries.some((entry) => entry.isFile() && entry.name === 'PG_VERSION')) return true
  if (depth <= 1) return false
  let isSeen = true
  for (const entry of entries) {
    if (!entry.isDirectory()) continue
    const found = await hasVersionFile(join(folder, entry.name), depth - 1, budget)
    if (found === true) return true
    if (found === undefined) isSeen = false
  }
  return isSeen ? false : undefined
}
