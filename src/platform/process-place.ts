import { readFileSync, readlinkSync } from 'node:fs'

/**
 * Where a process id means what it means to us: this boot of this machine and this process name space. A host name does
 * not say it: containers and cloned machines share one. Undefined where the system does not tell (no /proc).
 */
export function processPlace(proc = '/proc'): string | undefined {
  try {
    const boot = readFileSync(`${proc}/sys/kernel/random/boot_id`, 'utf8').trim()
    return `${boot} ${readlinkSync(`${proc}/self/ns/pid`)}`
  } catch {
    return undefined
  }
}
