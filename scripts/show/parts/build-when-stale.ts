import { spawnSync } from 'node:child_process'
import { globSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './program.ts'

/** What is shown is what is written: a built program that is older than its source is built anew. */
export function buildWhenStale(): void {
  const built = statSync(join(root, 'dist', 'cli.js'), { throwIfNoEntry: false })
  // Without one the program runs from its source.
  if (built === undefined) return
  const sources = globSync('src/**/*.ts', { cwd: root }).filter((file) => !file.endsWith('.test.ts'))
  if (!sources.some((file) => statSync(join(root, file)).mtimeMs > built.mtimeMs)) return
  console.log('$ npm run build   (dist/ is older than src/)')
  const { status } = spawnSync(process.execPath, [join(root, 'scripts', 'build.ts')], { cwd: root, stdio: 'inherit' })
  if (status !== 0) throw new Error('the program could not be built')
}
