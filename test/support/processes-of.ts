import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** Living processes that stand in a folder, or that name it on their command line. */
export function processesOf(dir: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
        const cwd = readlinkSync(`/proc/${pid}/cwd`)
        return line.includes(dir) || cwd === dir || cwd.startsWith(`${dir}/`) ? [`${pid} ${line}`] : []
      } catch {
        // Gone in between, or a zombie, which has no folder any more.
        return []
      }
    })
}
