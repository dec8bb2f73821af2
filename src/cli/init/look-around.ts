import { opendir, readdir, readFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { createHttpClient } from '../../platform/http-client.ts'
import { composeServices, type Unreadable } from './compose-services.ts'
import { knownPorts, lookedForPorts, webPorts } from './known-ports.ts'
import { type Listener, probePort } from './probe-port.ts'
import { packageMistake, readProject, type WebFramework } from './read-project.ts'
import { type RenderService, renderServices } from './render-services.ts'

export interface FoundService {
  readonly name: string
  readonly port: number
  /** What is known to listen there: `redis`; undefined for what speaks HTTP. */
  readonly known: string | undefined
  readonly listener: Listener
}

/** What a folder and this machine tell of the application. Values of variables are never kept in it, only their names. */
export interface Surroundings {
  readonly name: string
  /** Files and folders that were recognised. */
  readonly found: readonly string[]
  /** Recognised files that could not be understood. */
  readonly unread: readonly ({ readonly file: string } & Unreadable)[]
  /** The variable with the address of a PostgreSQL, and whether it has a value here. */
  readonly database: { readonly variable: string; readonly isSet: boolean } | undefined
  readonly services: readonly FoundService[]
  /** What serves the web here, when nothing of it was found running. */
  readonly web: WebFramework | undefined
  readonly render: readonly RenderService[]
  /** Folders with files in them that tend to grow. */
  readonly folders: readonly string[]
  /** The names of its remotes; undefined when the folder is no git checkout. */
  readonly gitRemotes: readonly string[] | undefined
}

const composeFiles = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml']
const marks = [
  ...['package.json', 'pyproject.toml', 'requirements.txt', 'alembic.ini', 'manage.py', 'render.yaml'],
  ...['ecosystem.config.js', 'ecosystem.config.cjs', 'supabase', 'Dockerfile', '.env', '.env.example'],
]
const growingFolders = ['tmp', 'temp', 'uploads', 'logs', 'generated', 'backups']

export async function lookAround(folder: string): Promise<Surroundings> {
  const dir = resolve(folder)
  // What cannot be read has nothing to tell: the config is made of the rest.
  const names = new Set(await readdir(dir).catch(() => []))
  const text = (name: string): Promise<string> => readFile(join(dir, name), 'utf8').catch(() => '')
  const env = variablesOf(await text('.env'))
  const variables = { ...variablesOf(await text('.env.example')), ...env }
  const composeFile = composeFiles.find((name) => names.has(name))
  const compose = composeFile === undefined ? [] : composeServices(await text(composeFile), variables)
  const render = names.has('render.yaml') ? renderServices(await text('render.yaml')) : []
  const project = await readProject(text)
  const mistake = names.has('package.json') ? packageMistake(await text('package.json')) : undefined
  const database = databaseOf(variables)
  const declared = 'line' in compose ? [] : compose
  const services = await servicesOf(declared, project.web)
  const isFilled = await Promise.all(growingFolders.map((name) => hasFile(join(dir, name))))
  return {
    name: nameOf(project.name ?? '') ?? nameOf(basename(dir)) ?? 'app',
    found: [...(composeFile === undefined ? [] : [composeFile]), ...marks.filter((name) => names.has(name))],
    unread: [
      ...(composeFile !== undefined && 'line' in compose ? [{ file: composeFile, line: compose.line }] : []),
      ...('line' in render ? [{ file: 'render.yaml', line: render.line }] : []),
      ...(mistake === undefined ? [] : [{ file: 'package.json', line: mistake.line }]),
    ],
    database:
      database === undefined
        ? undefined
        : { variable: database, isSet: Boolean(env[database] || process.env[database]) },
    services: services.filter(({ known }) => known !== 'postgres' || database === undefined),
    web: services.some(({ port }) => port === project.web?.port) ? undefined : project.web,
    render: 'line' in render ? [] : render,
    folders: growingFolders.filter((_, index) => isFilled[index]),
    gitRemotes: names.has('.git') ? remotesOf(await text('.git/config')) : undefined,
  }
}

/** What the compose file publishes, and what answers on the ports where such services usually are. */
async function servicesOf(
  declared: readonly { readonly name: string; readonly port: number; readonly target: number }[],
  web: WebFramework | undefined,
): Promise<FoundService[]> {
  const usual = [
    ...(web === undefined ? [] : [{ name: web.role, port: web.port, target: web.port }]),
    ...Object.entries(webPorts).map(([port, name]) => ({ name, port: Number(port), target: Number(port) })),
    ...lookedForPorts.map((port) => ({ name: knownPorts[port] ?? '', port, target: port })),
  ]
  const candidates = new Map([...usual.toReversed(), ...declared.toReversed()].map((one) => [one.port, one]))
  const http = createHttpClient({})
  try {
    const found = [...candidates.values()].map(async (one): Promise<FoundService[]> => {
      const listener = await probePort(one.port, http, one.target in knownPorts)
      const known = knownPorts[one.target] ?? (listener.protocol === 'tcp' ? one.name : undefined)
      const { name, port } = one
      return listener.protocol !== 'none' || declared.includes(one) ? [{ name, port, known, listener }] : []
    })
    return (await Promise.all(found)).flat().toReversed()
  } finally {
    await http.close()
  }
}

/** A line of a `.env` that is no assignment may hold anything: only what can be a variable's name is one. */
function variablesOf(text: string): Record<string, string> {
  const entries = Object.entries(parseEnv(text)).filter(([name]) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
  return Object.fromEntries(entries.map(([name, value]) => [name, value ?? '']))
}

/** The variable that names a PostgreSQL: by its value, or by its name when it has none. */
function databaseOf(variables: Readonly<Record<string, string>>): string | undefined {
  const names = Object.entries(variables)
    .filter(([name, value]) =>
      value === ''
        ? /^(?:DATABASE|POSTGRES|POSTGRESQL|PG|DB)_(?:URL|URI|DSN)$/.test(name)
        : /^postgres(?:ql)?(?:\+\w+)?:\/\//.test(value),
    )
    .map(([name]) => name)
  return names.find((name) => name === 'DATABASE_URL') ?? names[0]
}

/** A name that a config may have: some text, of at most 80 characters. */
function nameOf(text: string): string | undefined {
  const plain = text.replace(/\p{C}+/gu, ' ').trim()
  return plain.slice(0, 80).replace(/[\ud800-\udbff]$/, '') || undefined
}

async function hasFile(folder: string): Promise<boolean> {
  try {
    // What holds millions of files is not listed to its end.
    for await (const entry of await opendir(folder, { recursive: true })) if (entry.isFile()) return true
  } catch {
    // A file of that name, or a folder that is not for us.
  }
  return false
}

function remotesOf(config: string): string[] {
  return [...config.matchAll(/^\s*\[remote "([^"\\\n]+)"\]/gm)].map(([, name]) => name ?? '')
}
