import { parseDocument } from 'yaml'

export interface PublishedService {
  readonly name: string
  /** On this machine. */
  readonly port: number
  /** In the container: what the service is known by. */
  readonly target: number
}

/** Unreadable YAML: the line of its first mistake, never its text, which may hold a password. */
export interface Unreadable {
  readonly line: number | undefined
}

/**
 * The services of a compose file that publish a port. Of its variables only those that stand in a port are looked up, in
 * `variables` or by the default beside them.
 */
export function composeServices(
  text: string,
  variables: Readonly<Record<string, string | undefined>>,
): readonly PublishedService[] | Unreadable {
  let services: unknown
  try {
    const document = parseDocument(text, { merge: true, logLevel: 'silent' })
    const [mistake] = document.errors
    if (mistake !== undefined) return { line: mistake.linePos?.[0].line }
    services = Object(document.toJS()).services
  } catch {
    return { line: undefined }
  }
  return Object.entries(Object(services)).flatMap(([name, service]) => {
    const { ports } = Object(service)
    const published = (Array.isArray(ports) ? ports : []).map((port) => publishedPort(port, variables))
    const first = published.find((port) => port !== undefined)
    return first === undefined ? [] : [{ name, ...first }]
  })
}

/** `8000:80`, `127.0.0.1:8000:80/tcp`, `3000-3005:3000-3005`, `{ published, target, protocol }`. */
function publishedPort(
  written: unknown,
  variables: Readonly<Record<string, string | undefined>>,
): { port: number; target: number } | undefined {
  const { published, target, protocol = 'tcp' }: Readonly<Record<string, unknown>> = Object(written)
  const text = typeof written === 'object' ? `${published}:${target}/${protocol}` : String(written)
  const [ports = '', kind = 'tcp'] = resolved(text, variables).split('/')
  const [outside, inside] = ports.split(':').slice(-2).map(firstPort)
  return kind === 'tcp' && outside !== undefined && inside !== undefined ? { port: outside, target: inside } : undefined
}

function firstPort(range: string): number | undefined {
  const port = /^\d{1,5}(?=-\d+$|$)/.exec(range.trim())?.[0]
  return port !== undefined && Number(port) >= 1 && Number(port) <= 65_535 ? Number(port) : undefined
}

function resolved(text: string, variables: Readonly<Record<string, string | undefined>>): string {
  return text.replace(
    /\$\{(\w+)(?::?-([^}]*))?\}|\$(\w+)/g,
    (_, braced: string | undefined, fallback: string | undefined, bare: string | undefined) =>
      variables[braced ?? bare ?? ''] || fallback || '',
  )
}
