import { execFile } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { bundle } from './bundle.ts'

const dist = join(import.meta.dirname, '..', 'dist')

await rm(dist, { recursive: true, force: true })
await bundle(dist)
await promisify(execFile)(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'])
