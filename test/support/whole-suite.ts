import { cp, mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { bundle } from '../../scripts/bundle.ts'
import { isProcessAlive } from '../../src/platform/process-alive.ts'

const root = join(import.meta.dirname, '..', '..')
const artifacts = join(root, '.artifacts')
const prefix = 'suite-'
const own = join(artifacts, `${prefix}${process.pid}`)

/**
 * What the whole suite has once and a file that runs alone does without: the program as the package has it, bundled from
 * the source of this moment, since most of what a command takes from source is to load 800 modules; and one compile cache
 * for all processes.
 */
export async function globalSetup(): Promise<void> {
  await removeLeftovers()
  await mkdir(join(own, 'dist'), { recursive: true })
  for (const part of ['package.json', 'bin', 'examples'])
    await cp(join(root, part), join(own, part), { recursive: true })
  // A setup that fails has no teardown.
  await bundle(join(own, 'dist')).catch(async (error: unknown) => {
    await globalTeardown()
    throw error
  })
  process.env['BUNDLE_UNDER_TEST'] = join(own, 'bin', 'vigie.js')
  process.env['NODE_COMPILE_CACHE'] = join(own, 'compile-cache')
}

export async function globalTeardown(): Promise<void> {
  await rm(own, { recursive: true, force: true })
}

/** Of a suite that was killed. */
async function removeLeftovers(): Promise<void> {
  await mkdir(artifacts, { recursive: true })
  for (const name of await readdir(artifacts)) {
    const pid = name.startsWith(prefix) ? Number(name.slice(prefix.length)) : Number.NaN
    if (Number.isInteger(pid) && !isProcessAlive(pid)) await rm(join(artifacts, name), { recursive: true, force: true })
  }
}
