import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const subjects = ['startup', 'http', 'watch', 'postgresql', 'packing', 'backups']
const subject = process.argv[2] ?? ''
const file = join(import.meta.dirname, `${subject}.ts`)
if (subject === 'main' || !existsSync(file)) {
  console.error(`npm run bench -- ${subjects.join('|')} [--json]`)
  process.exit(2)
}
process.exit(spawnSync(process.execPath, [file, ...process.argv.slice(3)], { stdio: 'inherit' }).status ?? 1)
