import { readlinkSync } from 'node:fs'
import { processOf } from './process-list.ts'

let own: string | undefined

/**
 * Our own process, as what it starts is told: its id, when it was started and the process name space in which both count;
 * zeros where the system does not tell.
 */
export function ownProcess(): string {
  own ??= `${process.pid}-${processOf(process.pid)?.started || 0}-${nameSpace()}`
  return own
}

/** Whether an owner, as `ownProcess` gives one, is known to be gone. Of another name space nothing is known. */
export function isOwnerGone(owner: string): boolean {
  const [pid, started, space] = owner.split('-')
  if (space === '0' || space !== nameSpace()) return false
  const row = processOf(Number(pid))
  return row === undefined || row.started !== started || 'XZ'.includes(row.state)
}

function nameSpace(): string {
  try {
    return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0'
  } catch {
    return '0'
  }
}
