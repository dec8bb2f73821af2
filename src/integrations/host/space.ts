import { statfs } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import type { StepContext } from '../../core/context.ts'
import type { Mount } from '../../platform/mount-table.ts'

export interface Space {
  readonly usedBytes: number
  /** For programs that are not root's. */
  readonly availableBytes: number
  /** 0 where the file system has none to run out of (btrfs). */
  readonly inodes: number
  readonly freeInodes: number
}

/** Served by a program or another machine, which may hang: these are asked by a child that can be given up. */
const served = /^(?:nfs|cifs|smb|fuse|ceph|gluster|glusterfs|9p|lustre|afs|gfs|ocfs|virtiofs|davfs|vboxsf|prl_fs|drvfs)/

/** How full a file system is, or why it does not say. Never takes much longer than `limitMs`, even when it hangs. */
export async function spaceOf(mount: Mount, limitMs: number, ctx: StepContext): Promise<Space | string> {
  return served.test(mount.type) ? askInChild(mount.mountPoint, limitMs, ctx) : askHere(mount.mountPoint, limitMs)
}

async function askHere(mountPoint: string, limitMs: number): Promise<Space | string> {
  const timer = new AbortController()
  try {
    const late = wait(limitMs, undefined, { signal: timer.signal }).then(() => undefined)
    const answer = await Promise.race([statfs(mountPoint), late])
    if (answer === undefined) return noAnswer(limitMs)
    const { frsize, blocks, bfree, bavail, files, ffree } = answer
    return spaceFrom([frsize, blocks, bfree, bavail, files, ffree])
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  } finally {
    timer.abort()
  }
}

async function askInChild(mountPoint: string, limitMs: number, ctx: StepContext): Promise<Space | string> {
  const argv = ['stat', '--file-system', '--format=%S %b %f %a %c %d', '--', mountPoint] as const
  const { outcome, exitCode, stdout, stderr } = await ctx.run({ argv: [...argv], timeoutMs: limitMs })
  if (outcome === 'timed-out') return noAnswer(limitMs)
  if (outcome !== 'exited' || exitCode !== 0) return stderr.trim() || `stat: ${outcome} ${exitCode ?? ''}`
  return spaceFrom(stdout.trim().split(' ').map(Number))
}

/** From the fundamental block size (blocks are counted in it), blocks, free, available, inodes and free inodes. */
export function spaceFrom(fields: readonly number[]): Space | string {
  const [size, blocks, free, available, inodes, freeInodes] = fields
  if (fields.length !== 6 || !fields.every(Number.isFinite)) return `statfs: ${fields.join(' ')}`
  return {
    usedBytes: Math.max(0, (blocks ?? 0) - (free ?? 0)) * (size ?? 0),
    availableBytes: Math.max(0, available ?? 0) * (size ?? 0),
    inodes: inodes ?? 0,
    freeInodes: Math.min(freeInodes ?? 0, inodes ?? 0),
  }
}

function noAnswer(limitMs: number): string {
  return `ETIMEDOUT: statfs, ${limitMs} ms`
}
