import type { StepContext } from '../../../core/context.ts'
import type { PostgresOptions } from '../options.ts'

/** Where programs of PostgreSQL connect to. */
export interface Target {
  /** Variables that libpq reads, without the password. */
  readonly env: Readonly<Record<string, string>>
  readonly password: string
}

/** By the parameter of a connection url, the variable of libpq (its chapter "Environment Variables"). */
const variables: Readonly<Record<string, string>> = {
  host: 'PGHOST',
  hostaddr: 'PGHOSTADDR',
  port: 'PGPORT',
  dbname: 'PGDATABASE',
  user: 'PGUSER',
  password: 'PGPASSWORD',
  passfile: 'PGPASSFILE',
  options: 'PGOPTIONS',
  sslmode: 'PGSSLMODE',
  sslnegotiation: 'PGSSLNEGOTIATION',
  sslrootcert: 'PGSSLROOTCERT',
  sslcert: 'PGSSLCERT',
  sslkey: 'PGSSLKEY',
  sslcrl: 'PGSSLCRL',
  gssencmode: 'PGGSSENCMODE',
  channel_binding: 'PGCHANNELBINDING',
  connect_timeout: 'PGCONNECT_TIMEOUT',
  target_session_attrs: 'PGTARGETSESSIONATTRS',
}

/**
 * A connection url as libpq takes it in its environment: a url among the arguments would show its password to everybody on
 * the machine. Undefined when it is not a url.
 */
export function targetOf(url: string): Target | undefined {
  // With a socket's folder as its parameter a url may name no host, which the standard of urls does not know.
  const whole = url.replace(/^(postgres(?:ql)?:\/\/[^/?]*@)(?=[/?])/, '$1vigie-no-host')
  if (!/^postgres(?:ql)?:\/\//.test(whole) || !URL.canParse(whole)) return undefined
  const { hostname, port, username, password, pathname, searchParams } = new URL(whole)
  const env: Record<string, string> = { PGCONNECT_TIMEOUT: '10' }
  const set = (name: string, value: string): void => {
    if (value !== '') env[name] = value
  }
  set('PGHOST', hostname === 'vigie-no-host' ? '' : decoded(hostname.replace(/^\[(.*)\]$/, '$1')))
  set('PGPORT', port)
  set('PGUSER', decoded(username))
  set('PGPASSWORD', decoded(password))
  set('PGDATABASE', decoded(pathname.slice(1)))
  for (const [name, value] of searchParams) {
    const variable = variables[name]
    if (variable !== undefined) set(variable, value)
    else if (name === 'ssl' && /^(?:true|1)$/.test(value)) set('PGSSLMODE', 'require')
  }
  // node-postgres has a word of its own for a connection whose certificate nobody checks.
  if (env['PGSSLMODE'] === 'no-verify') env['PGSSLMODE'] = 'require'
  const { PGPASSWORD: word = '', ...rest } = env
  return { env: { ...rest, PGDATABASE: rest['PGDATABASE'] ?? rest['PGUSER'] ?? 'postgres' }, password: word }
}

/** The address that Vigie's own session for a backup has. */
export async function sessionUrl(options: PostgresOptions, ctx: StepContext): Promise<string> {
  const { url, through } = options.backup
  return ctx.reveal((through.length === 0 ? url : undefined) ?? options.actingUrl ?? options.url)
}

/** The address that the programs have. */
export async function programUrl(options: PostgresOptions, ctx: StepContext): Promise<string> {
  return ctx.reveal(options.backup.url ?? options.actingUrl ?? options.url)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
