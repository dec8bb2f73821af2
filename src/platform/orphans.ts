import type { Traces } from './command-traces.ts'
import { groupsNamed } from './control-group.ts'
import { environmentOf, listProcesses } from './process-list.ts'
import { isOwnerGone } from './process-owner.ts'
import { endProcesses } from './process-tree.ts'

/** In an environment, and the name of a control group; the owner is what `ownProcess` gave. */
const marked = /(?:^|\0)(VIGIE_STEP=(\d+-\d+-\d+)\.[0-9a-f]{24})(?:\0|$)/
export const groupName = /^vigie-(\d+-\d+-\d+)\.[0-9a-f]{24}$/

let swept: Promise<void> | undefined

/**
 * Ends, once in our life, what a Vigie that was killed left running: nobody listens to it, and it may hold what the next
 * command needs. Its mark says whose it is; what another Vigie still waits for is left alone.
 */
export function endOrphans(): Promise<void> {
  // What failed, for want of a descriptor say, must not keep a command from its own work: the next Vigie sweeps again.
  swept ??= sweep().catch(() => undefined)
  return swept
}

async function sweep(): Promise<void> {
  if (process.platform !== 'linux') return
  // Whoever started us may be gone, and we are not left over for that.
  const ours = `VIGIE_STEP=${process.env['VIGIE_STEP'] ?? ''}`
  const orphans = new Map<string, Traces>()
  await Promise.all(
    listProcesses().map(async ({ pid, started }) => {
      const [, marker, owner] = marked.exec((await environmentOf(pid))?.toString('latin1') ?? '') ?? []
      if (marker === undefined || owner === undefined || marker === ours || !isOwnerGone(owner)) return
      const traces = orphans.get(marker) ?? { marker, known: new Map(), pipes: new Set(), group: undefined }
      traces.known.set(pid, started)
      orphans.set(marker, traces)
    }),
  )
  for (const { name, group } of groupsNamed(groupName)) {
    const owner = groupName.exec(name)?.[1]
    if (owner === undefined || !isOwnerGone(owner)) continue
    group.kill()
    await group.remove()
  }
  await Promise.all([...orphans.values()].map((traces) => endProcesses(traces, { graceMs: 0, looksAtPipes: false })))
}
