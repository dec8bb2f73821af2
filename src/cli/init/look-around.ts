import { access, readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { parse } from 'yaml'

/** What a folder tells of the application in it. Values of variables are never read into it, only their names. */
export interface Surroundings {
  readonly name: string
  /** Files and folders that were recognised. */
  readonly found: readonly string[]
  readonly envNames: readonly string[]
  /** Names whose value is an address of PostgreSQL. */
  readonly databaseNames: readonly string[]
  /** Ports of HTTP services: from the compose file, or answering here now. */
  readonly httpPorts: readonly { readonly name: string; readonly port: number }[]
  readonly folders: readonly string[]
  readonly isGit: boolean
}

const composeFiles = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml']
const marks = [
  'package.json',
  'pyproject.toml',
  'requirements.txt',
  'alembic.ini',
  'manage.py',
  'render.yaml',
  'ecosystem.config.js',
  'ecosystem.config.cjs',
  'supabase',
  'Dockerfile',
  '.env',
  '.env.example',
]
const usualHttpPorts = [3000, 5173, 8000, 8080]
const scratchFolders = ['tmp', 'temp', 'uploads', 'logs', 'generated', 'backups']

export async function lookAround(dir: string): Promise<Surroundings> {
  const there = async (names: readonly string[]): Promise<string[]> => {
    const hits = await Promise.all(
      names.map((name) =>
        access(join(dir, name)).then(
          () => name,
          () => undefined,
        ),
      ),
    )
    return hits.filter((name) => name !== undefined)
  }
  const text = (name: string): Promise<string> => readFile(join(dir, name), 'utf8').catch(() => '')
  const [compose] = await there(composeFiles)
  const env = { ...parseEnv(await text('.env.example')), ...parseEnv(await text('.env')) }
  const envNames = Object.keys(env)
  const declared = compose === undefined ? [] : portsOf(await text(compose))
  const open = await Promise.all(
    usualHttpPorts.map(async (port) => ((await isOpen(port)) ? [{ name: 'api', port }] : [])),
  )
  const httpPorts = [...new Map([...open.flat(), ...declared].map((one) => [one.port, one])).values()]
  return {
    name: nameOf(await text('package.json')) ?? dir.split('/').at(-1) ?? 'app',
    found: [...(compose === undefined ? [] : [compose]), ...(await there(marks))],
    envNames,
    databaseNames: envNames.filter(
      (name) =>
        /^postgres(?:ql)?(?:\+\w+)?:/.test(env[name] ?? '') || /^(?:DATABASE|POSTGRES|PG)_?(?:URL|URI|DSN)$/.test(name),
    ),
    httpPorts,
    folders: await there(scratchFolders),
    isGit: (await there(['.git'])).length > 0,
  }
}

/** Published ports of services that are no databases or brokers. */
function portsOf(text: string): { name: string; port: number }[] {
  let services: unknown
  try {
    services = (parse(text) as { services?: unknown } | null)?.services
  } catch {
    return []
  }
  if (typeof services !== 'object' || services === null) return []
  return Object.entries(services as Record<string, { image?: string; ports?: unknown[] } | null>).flatMap(
    ([name, service]) => {
      if (/postgres|redis|rabbit|mysql|mongo|grafana|prometheus/.test(`${name} ${service?.image ?? ''}`)) return []
      const [first] = service?.ports ?? []
      const published =
        typeof first === 'object' && first !== null
          ? String((first as { published?: unknown }).published)
          : String(first ?? '')
              .split(':')
              .at(-2)
      const port = Number(published)
      return Number.isInteger(port) && port > 0 ? [{ name: name.replace(/[^\w-]/g, '-'), port }] : []
    },
  )
}

function nameOf(packageJson: string): string | undefined {
  try {
    const { name } = JSON.parse(packageJson) as { name?: unknown }
    return typeof name === 'string' ? name.replace(/^@[^/]+\//, '') : undefined
  } catch {
    return undefined
  }
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: 300 })
    const end = (answer: boolean) => (): void => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('connect', end(true)).once('error', end(false)).once('timeout', end(false))
  })
}
