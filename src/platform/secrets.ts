import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parseEnv } from 'node:util'
import type { Secret } from '../core/secret.ts'

/**
 * The value behind a secret; undefined when the variable is unset or empty, or the file cannot be read. A variable that
 * the environment lacks is looked up in the `.env` beside the config, as the application itself does.
 */
export async function readSecret(secret: Secret, baseDir: string): Promise<string | undefined> {
  if (typeof secret === 'string') return secret
  if ('env' in secret) return process.env[secret.env] || (await dotEnv(baseDir))[secret.env] || undefined
  try {
    return (await readFile(resolve(baseDir, secret.secretFile), 'utf8')).replace(/\r?\n$/, '') || undefined
  } catch {
    return undefined
  }
}

/** How a reference is called in messages: the variable or the file. */
export function secretName(secret: Secret): string {
  if (typeof secret === 'string') return '•••'
  return 'env' in secret ? secret.env : secret.secretFile
}

/** One that cannot be read gives nothing, as a file of a secret: who needs the secret tells that it is not set. */
async function dotEnv(baseDir: string): Promise<NodeJS.Dict<string>> {
  return parseEnv(await readFile(join(baseDir, '.env'), 'utf8').catch(() => ''))
}
