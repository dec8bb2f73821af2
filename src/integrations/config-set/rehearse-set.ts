import { mkdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { DrillAssertion, DrillQuestion, Rehearsal, StoredComponent } from '../../core/backup.ts'
import type { StepContext } from '../../core/context.ts'
import { digestKey } from './config-facts.ts'
import { outlineOf } from './outline/outline.ts'
import { writeConfigs } from './restore-set.ts'
import { factsIn, type PackedConfig, unpackSet } from './set-archive.ts'

/**
 * Writes the configs of a backup below a throw-away folder. A question is `<path>:<name>`, such as `.env:DATABASE_URL`; it
 * expects `set`, or `none` for what must not be there.
 */
export async function rehearseSet(stored: StoredComponent, scratch: string, ctx: StepContext): Promise<Rehearsal> {
  const configs = await unpackSet(stored, await ctx.ownKey(digestKey))
  const folder = join(scratch, 'configs')
  await mkdir(folder, { mode: 0o700 })
  const end = (): Promise<void> => rm(folder, { recursive: true, force: true })
  try {
    await writeConfigs(folder, configs)
  } catch (error) {
    await end()
    throw error
  }
  return {
    env: { CONFIG_DIR: folder },
    assertions: async (questions) => [
      assertion('configs', factsIn(stored).files.length, configs.length),
      ...(await Promise.all(configs.map((config) => written(folder, config)))),
      ...(await Promise.all(questions.map((question) => answered(question, configs)))),
    ],
    end,
  }
}

async function written(folder: string, { path, name, content, mode }: PackedConfig): Promise<DrillAssertion> {
  const place = join(folder, name)
  const isSame = content.equals(await readFile(place)) && ((await stat(place)).mode & 0o7777) === mode
  return assertion(`config ${path}`, 'as packed', isSame ? 'as packed' : 'not as packed')
}

async function answered(
  { name, query, expect }: DrillQuestion,
  configs: readonly PackedConfig[],
): Promise<DrillAssertion> {
  const [path = '', ...rest] = query.split(':')
  const config = configs.find((one) => one.path === path)
  const { pieces } = config === undefined ? { pieces: [] } : await outlineOf(path, config.content.toString('utf8'))
  const isSet = pieces.some(([piece]) => piece !== '' && piece === rest.join(':'))
  return assertion(name, expect, isSet ? 'set' : 'none')
}

function assertion(name: string, expected: string | number, actual: string | number): DrillAssertion {
  const status = expected === actual ? 'pass' : 'fail'
  return { name, status, expected: String(expected), actual: String(actual) }
}
