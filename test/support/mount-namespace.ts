import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Evidence } from '../../src/core/context.ts'
import type { Verdict } from '../../src/core/verdict.ts'
import type { DiskSample } from '../../src/integrations/host/checks/disk.ts'

/** What to mount, and how to look at it. */
export interface DiskLook {
  readonly tmpfs?: readonly {
    readonly directory: string
    /** `size=8m,nr_inodes=100`. */
    readonly options: string
    readonly fillBytes?: number
    readonly files?: number
  }[]
  readonly bind?: readonly (readonly [from: string, to: string])[]
  /** Directories on which a file system is mounted that never answers. */
  readonly silent?: readonly string[]
  /** Of the component. */
  readonly options: { readonly mounts?: readonly string[]; readonly ignoreMounts?: readonly string[] }
  readonly checkOptions?: Readonly<Record<string, unknown>>
  /** Measurements of the past, oldest first. */
  readonly history?: Readonly<Record<string, readonly (readonly [daysAgo: number, value: number])[]>>
}

/**
 * Looks at real mounts in a mount name space of its own: nobody else sees them, and they are gone with the process,
 * whatever becomes of it. Works as root, and for others where they may have user name spaces.
 */
export async function lookAtMounts(look: DiskLook): Promise<{
  readonly sample: readonly DiskSample[]
  readonly verdict: Verdict
  readonly evidence: readonly Evidence[]
}> {
  const program = fileURLToPath(new URL('disk-look.ts', import.meta.url))
  const asRoot = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user']
  const args = [...asRoot, '--mount', '--propagation', 'private', process.execPath, program, JSON.stringify(look)]
  const { stdout } = await promisify(execFile)('unshare', args, { timeout: 60_000, killSignal: 'SIGKILL' })
  return JSON.parse(stdout)
}
