import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

const root = join(import.meta.dirname, '..', '..')
const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')

/**
 * What the TypeScript compiler says of the `.ts` files of a folder, as `file:line: message`, by the strictest settings of
 * this repository. `conditions` lead `vigie` to its source; without them it is what a user gets.
 */
export async function typeErrors(dir: string, conditions: readonly string[] = []): Promise<readonly string[]> {
  const own = { rootDir: '/', noUnusedLocals: false, incremental: false, tsBuildInfoFile: null, types: [] }
  const compilerOptions = { ...own, customConditions: conditions }
  const config = { extends: join(root, 'tsconfig.json'), include: ['*.ts'], compilerOptions }
  writeFileSync(join(dir, 'package.json'), '{ "type": "module" }')
  writeFileSync(join(dir, 'tsconfig.json'), JSON.stringify(config))
  const { stdout } = await promisify(execFile)(process.execPath, [tsc, '-p', dir, '--pretty', 'false'], {
    cwd: dir,
  }).catch((error: { stdout: string }) => error)
  // Lines that go on with what the line before says are indented.
  return stdout
    .split('\n')
    .filter((line) => /^\S/.test(line))
    .map((line) => line.replace(/^(.+?)\((\d+),\d+\): error /, '$1:$2: '))
}
