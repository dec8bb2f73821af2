import { secretName } from '../platform/secrets.ts'
import type { Reveal, SecretFile } from './generated-file.ts'
import type { Database } from './monitored.ts'

/** The address of a database in the three files that postgres_exporter reads. Undefined values when it is no such address. */
export function databaseSecrets({ name, url }: Database, reveal: Reveal): readonly SecretFile[] {
  const source = secretName(url)
  const value = reveal(url)
  const parsed = value !== undefined && URL.canParse(value) ? new URL(value) : undefined
  const parts = {
    uri: parsed && uriOf(parsed),
    user: parsed && decoded(parsed.username),
    pass: parsed && decoded(parsed.password),
  }
  return Object.entries(parts).map(([part, one]) => ({ path: `secrets/${name}-${part}`, source, value: one }))
}

/** Without TLS unless it is asked for, as Vigie connects; the exporter would ask for it. */
function uriOf({ host, pathname, searchParams }: URL): string {
  const mode = searchParams.get('sslmode') ?? 'disable'
  return `${host}${pathname}?sslmode=${encodeURIComponent(mode)}`
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
