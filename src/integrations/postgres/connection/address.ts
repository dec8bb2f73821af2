export interface Address {
  readonly host: string
  readonly port: number
  readonly database: string
}

const defaultPort = 5432

/** Where a connection url leads, the ways to write the same place made equal; undefined when it is not a url. */
export function addressOf(url: string): Address | undefined {
  if (!URL.canParse(url)) return undefined
  const { hostname, port, pathname, username, searchParams } = new URL(url)
  const host = (searchParams.get('host') ?? hostname).toLowerCase()
  return {
    host: host === '' || host === '127.0.0.1' || host === '[::1]' ? 'localhost' : host,
    port: Number(searchParams.get('port') ?? port) || defaultPort,
    database: decoded(pathname.slice(1)) || decoded(username) || 'postgres',
  }
}

/** The host that a connection url leads to; this machine for a socket's folder. */
export function hostOf(url: string): string | undefined {
  const address = addressOf(url)
  return address && (isLocal(address) ? 'localhost' : address.host)
}

/** On this machine: this name, or a socket's folder. */
export function isLocal({ host }: Address): boolean {
  return host === 'localhost' || host.startsWith('/')
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
