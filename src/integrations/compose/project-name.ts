import { readFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { errorCode, fieldOf } from '../../core/field-of.ts'
import type { ComposeOptions } from './options.ts'

/** In the order in which compose takes them (https://docs.docker.com/compose/intro/compose-application-model/). */
const fileNames = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml']

/** The folder of the stack, absolute. */
export function stackFolder({ dir, file }: Pick<ComposeOptions, 'dir' | 'file'>, baseDir: string): string {
  if (dir !== undefined) return resolve(baseDir, dir)
  const [first] = [file ?? []].flat()
  return first === undefined ? resolve(baseDir) : dirname(resolve(baseDir, first))
}

/**
 * The name of the project as compose makes it: the option, COMPOSE_PROJECT_NAME of `.env`, `name` of the last file that
 * has one, else the name of the folder in lower case without what is no letter, digit, `_` or `-`.
 */
export async function projectName(options: ComposeOptions, baseDir: string): Promise<string> {
  if (options.project !== undefined) return options.project
  const folder = stackFolder(options, baseDir)
  const [, fromEnv] =
    /^\s*(?:export\s+)?COMPOSE_PROJECT_NAME\s*=\s*["']?([^"'\s#]+)/m.exec(await textOf(join(folder, '.env'))) ?? []
  if (fromEnv !== undefined) return normalized(fromEnv)
  const named = [options.file ?? []].flat().map((file) => resolve(baseDir, file))
  const files = named.length > 0 ? named : fileNames.map((name) => join(folder, name))
  let found: string | undefined
  for (const file of files) found = (await nameIn(file)) ?? found
  return normalized(found ?? basename(folder))
}

/** As compose does it (`NormalizeProjectName` of compose-go). */
function normalized(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9_-]/g, '')
    .replace(/^[_-]+/, '')
}

async function nameIn(file: string): Promise<string | undefined> {
  const text = await textOf(file)
  if (!/^name:/m.test(text)) return undefined
  const { parse } = await import('yaml')
  const name = fieldOf(parse(text), 'name')
  return typeof name === 'string' && !name.includes('$') ? name : undefined
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return ''
    throw error
  }
}
