import { spawnSync } from 'node:child_process'

const script = `const { readFileSync } = require('node:fs')
process.stdout.write(require('node:module').stripTypeScriptTypes(readFileSync(process.argv[1], 'utf8')))`
const limitMs = 10_000

/**
 * The JavaScript of a TypeScript file, each word where it was, made by a process of its own: what takes the types off
 * holds 16 MB that it never gives back. Undefined when it could not.
 */
export function strippedElsewhere(file: string): string | undefined {
  const { status, stdout } = spawnSync(process.execPath, ['-e', script, file], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] },
    maxBuffer: 100_000_000,
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: limitMs,
  })
  return status === 0 ? stdout : undefined
}
