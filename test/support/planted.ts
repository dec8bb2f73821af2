import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CliResult, vigie } from './cli.ts'
import { plantedSecrets, writeProject } from './projects.ts'
import { assertFits } from './schema.ts'

export interface Planted {
  readonly dir: string
  /** A project folder of its own name below the scratch folder. */
  project(name: string, files?: Readonly<Record<string, string>>): string
  remove(): void
}

/** A scratch folder for projects that `vigie init` is let loose on. */
export function plantProjects(): Planted {
  const dir = mkdtempSync(join(tmpdir(), 'vigie-init-'))
  return {
    dir,
    project: (name, files = {}) => {
      mkdirSync(join(dir, name))
      writeProject(join(dir, name), files)
      return join(dir, name)
    },
    remove: () => rmSync(dir, { recursive: true, force: true }),
  }
}

export const configOf = (dir: string): string => readFileSync(join(dir, 'vigie.config.ts'), 'utf8')

export function assertNoSecret(...texts: readonly string[]): void {
  const told = plantedSecrets.filter((secret) => texts.some((text) => text.includes(secret)))
  assert.deepEqual(told, [])
}

/** The config beside the project loads, and its daily routine can be planned. */
export async function assertRuns(dir: string): Promise<CliResult> {
  const got = await vigie(['run', 'daily', '--dry-run', '--json'], { cwd: dir })
  assert.equal(got.code, 0, `${got.stdout}${got.stderr}\n${configOf(dir)}`)
  assertFits('run', got.json())
  assert.ok(got.json().steps.length > 0)
  return got
}

/** All of them load, told by one command; gives the names of the systems. */
export async function assertLoad(scratch: string, files: readonly string[]): Promise<string[]> {
  const configs = files.flatMap((file) => ['--config', file])
  const got = await vigie(['status', '--json', '--data', join(scratch, 'data'), ...configs])
  assert.equal(got.code, 0, got.stdout + got.stderr)
  return got.json().systems.map(({ name }: { name: string }) => name)
}
