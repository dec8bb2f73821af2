import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { bundle } from '../../scripts/bundle.ts'

const root = join(import.meta.dirname, '..', '..')

/** The program as users have it, bundled from the source of this moment: its argv, and what removes it. */
export async function bundledProgram(): Promise<{ readonly argv: readonly string[]; end(): Promise<void> }> {
  const artifacts = join(root, '.artifacts')
  await mkdir(artifacts, { recursive: true })
  const own = await mkdtemp(join(artifacts, 'bench-'))
  for (const part of ['package.json', 'bin', 'examples'])
    await cp(join(root, part), join(own, part), { recursive: true })
  await bundle(join(own, 'dist'))
  return {
    argv: [process.execPath, join(own, 'bin', 'vigie.js')],
    end: () => rm(own, { recursive: true, force: true }),
  }
}
