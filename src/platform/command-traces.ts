import { randomBytes } from 'node:crypto'
import type { ControlGroup } from './control-group.ts'
import { environmentOf, listProcesses, type ProcessRow, pipesOf, processOf } from './process-list.ts'
import { ownProcess } from './process-owner.ts'

/** By what the processes that come from one command are known. Each can lose some of it, hardly all. */
export interface Traces {
  /** In the environment: lost by `env -i`. */
  readonly marker: string
  /** By process id, when each was started. Their children are known by them, unless the parent ends first. */
  readonly known: Map<number, string>
  /** The command's ends of the pipes that we read: lost by who opens others instead. */
  readonly pipes: ReadonlySet<string>
  /** Lost by nothing but the rights of root; not everywhere to be had. */
  readonly group: ControlGroup | undefined
}

export function newMarker(): string {
  return `VIGIE_STEP=${ownProcess()}.${randomBytes(12).toString('hex')}`
}

/** The traces of a process that was started just now. */
export function tracesOf(pid: number, marker: string, group: ControlGroup | undefined): Traces {
  const known = new Map<number, string>()
  const pipes = new Set(process.platform === 'linux' ? pipesOf(pid, ['0', '1', '2']) : [])
  const row = process.platform === 'linux' ? processOf(pid) : listProcesses().find((one) => one.pid === pid)
  if (row !== undefined) known.set(pid, row.started)
  return { marker, known, pipes, group }
}

/**
 * Living processes that came from the command; all are known from then on. To look into what every process has open takes
 * long, and is needless when nobody holds our pipes any more.
 */
export async function processesOf(traces: Traces, looksAtPipes: boolean): Promise<readonly number[]> {
  const all = listProcesses()
  const isTooOld = startedBefore(traces)
  learnChildren(traces, all)
  const inGroup = new Set(traces.group?.members())
  await Promise.all(
    all.map(async ({ pid, started }) => {
      if (pid === process.pid || traces.known.get(pid) === started || isTooOld(started)) return
      const isOurs =
        inGroup.has(pid) ||
        (looksAtPipes && traces.pipes.size > 0 && pipesOf(pid).some((pipe) => traces.pipes.has(pipe))) ||
        ((await environmentOf(pid))?.includes(traces.marker) ?? false)
      if (isOurs) traces.known.set(pid, started)
    }),
  )
  learnChildren(traces, all)
  return all.filter(({ pid, started }) => traces.known.get(pid) === started).map(({ pid }) => pid)
}

/**
 * Whether a process was there before the command, so that it cannot come from it: to look into each of a machine takes
 * longer than most commands. Linux counts starts in ticks since its own (proc(5)); elsewhere, nothing is known.
 */
function startedBefore({ known }: Traces): (started: string) => boolean {
  if (process.platform !== 'linux') return () => false
  const first = Math.min(...[...known.values()].map(Number))
  return (started) => Number.isFinite(first) && Number(started) < first
}

/** Makes the children of known processes known, and theirs. */
export function learnChildren({ known }: Traces, all: readonly ProcessRow[]): void {
  const starts = new Map(all.map(({ pid, started }) => [pid, started]))
  const isKnown = (pid: number): boolean => known.has(pid) && known.get(pid) === starts.get(pid)
  for (let size = -1; size !== known.size; ) {
    size = known.size
    for (const { pid, parent, started } of all) {
      if (pid !== process.pid && !isKnown(pid) && isKnown(parent)) known.set(pid, started)
    }
  }
}
