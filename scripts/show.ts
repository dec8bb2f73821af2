import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const rooms = ['foundation', 'watch', 'postgresql', 'backups']
const room = process.argv[2] ?? ''
const file = join(import.meta.dirname, 'show', `${room}.ts`)
if (!existsSync(file)) {
  console.error(`npm run show -- ${rooms.join('|')}`)
  process.exit(2)
}
process.exit(spawnSync(process.execPath, [file, ...process.argv.slice(3)], { stdio: 'inherit' }).status ?? 1)
