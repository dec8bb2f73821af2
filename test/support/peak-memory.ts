import { readFileSync, writeFileSync } from 'node:fs'

/** Loaded into a process under test (`--import`): at its end it notes the most memory it ever had, in bytes. */
process.on('exit', () => {
  const file = process.env['PEAK_MEMORY_FILE']
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
  if (file !== undefined) writeFileSync(file, String(Number(kilobytes) * 1024))
})
