import { secretsInCommand } from '../core/command-line-secrets.ts'
import type { Redactor } from '../core/redact.ts'
import { isPlainValue } from '../core/secret.ts'
import { type FoundSecret, secretsIn } from '../core/secrets-in.ts'
import { passwordsIn } from '../core/url-passwords.ts'
import { readSecret } from '../platform/secrets.ts'
import { describedOptions } from './described-options.ts'
import type { System } from './system.ts'

/**
 * Makes every secret of these systems known to the redactor, used or not: a command may print what another component
 * connects with. A reference that has no value is left to who uses it.
 */
export async function protectSecrets(redactor: Redactor, systems: readonly System[]): Promise<void> {
  for (const system of systems) {
    for (const { options, schema } of describedOptions(system)) {
      const found = secretsIn(options, schema)
      for (const value of await Promise.all(found.map((one) => valueBehind(one, system.baseDir)))) {
        if (value !== undefined) redactor.protect(value)
      }
      for (const value of writtenIn(options)) redactor.protect(value)
    }
  }
}

/** Whether what is written as a secret may be shown after all: the header or variable says nothing that must be hidden. */
export function isPublic({ path, secret }: FoundSecret): boolean {
  return typeof secret === 'string' && publicNames.test(path.at(-1) ?? '')
}

/** Headers and variables whose value is no secret. Source: RFC 9110, POSIX "Environment Variables", libpq's variables. */
const publicNames =
  /^(?:accept(?:-[a-z]+)?|content-(?:type|language)|user-agent|host|origin|referer|cache-control|pragma|connection|range|from|PATH|HOME|LANG|LANGUAGE|LC_[A-Z]+|TZ|TERM|USER|LOGNAME|SHELL|PWD|TMPDIR|CI|[A-Z]+_ENV|PG(?:HOST|HOSTADDR|PORT|DATABASE|USER|APPNAME|SSLMODE|CONNECT_TIMEOUT))$/i

async function valueBehind(found: FoundSecret, baseDir: string): Promise<string | undefined> {
  if (isPublic(found)) return undefined
  if (typeof found.secret === 'string' && isPlainValue(found.secret)) return undefined
  return readSecret(found.secret, baseDir)
}

/** The secrets within texts that are none as a whole: command lines, and URLs with a password. */
function writtenIn(options: unknown): readonly string[] {
  if (typeof options === 'string') return [...passwordsIn(options).filter(isNoVariable), ...secretsInCommand(options)]
  if (isArgv(options)) return [...options.flatMap(writtenIn), ...secretsInCommand(options)]
  return typeof options === 'object' && options !== null ? Object.values(options).flatMap(writtenIn) : []
}

function isArgv(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string')
}

/** `postgres://u:$PASSWORD@h`: what a shell puts in its place is not known here. */
function isNoVariable(password: string): boolean {
  return !password.startsWith('$')
}
