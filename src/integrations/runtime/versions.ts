import { codenames, type Product } from './end-of-life.ts'

/** What a text asks for. The version is as written where it says nothing that has an end date, such as `latest`. */
export interface AskedVersion {
  readonly product: Product
  readonly version: string
}

const numbers: Readonly<Record<Product, RegExp>> = {
  node: /^v?(\d+)(?![\d\w])/,
  python: /^v?(\d+\.\d+)/,
  // Before 10, two numbers made a major version.
  postgresql: /^(?:pg)?(9\.\d+|\d{2,})/,
  debian: /^(\d+)/,
  ubuntu: /^(\d+\.\d+)/,
}

/** The part of a version that its support goes by: 20.11.1 of Node is 20, 3.11.7 of Python 3.11, bookworm of Debian 12. */
export function versionKey(product: Product, text: string): string | undefined {
  const written = text.trim().toLowerCase()
  const name = written.replace(/^lts[/-](?=[a-z])/, '').split(/[-_.]/)[0] ?? ''
  return numbers[product].exec(written)?.[1] ?? codenames[product]?.[name]
}

export function asked(product: Product, text: string): AskedVersion {
  return { product, version: versionKey(product, text) ?? text.trim() }
}

const images: Readonly<Record<string, Product>> = {
  node: 'node',
  python: 'python',
  postgres: 'postgresql',
  postgis: 'postgresql',
  pgvector: 'postgresql',
  debian: 'debian',
  ubuntu: 'ubuntu',
}

/** What an image is made of: `docker.io/library/node:20-slim@sha256:…` is Node 20. An image without a tag is `latest`. */
export function versionOfImage(image: string): AskedVersion | undefined {
  const [name = '', tag = 'latest'] = (image.split('@')[0] ?? '').split('/').at(-1)?.split(':') ?? []
  const product = images[name]
  return product === undefined ? undefined : asked(product, tag)
}

/** The images that a Dockerfile builds on, with the defaults of its arguments; its own stages are none. */
export function versionsInDockerfile(text: string): readonly AskedVersion[] {
  const values = new Map<string, string>()
  const stages = new Set<string>()
  return text.split('\n').flatMap((line): AskedVersion[] => {
    const [, name, value = ''] = /^\s*ARG\s+(\w+)=["']?([^\s"']*)/i.exec(line) ?? []
    if (name !== undefined) values.set(name, value)
    const [, image, stage] = /^\s*FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?/i.exec(line) ?? []
    if (image === undefined || stages.has(image.toLowerCase())) return []
    if (stage !== undefined) stages.add(stage.toLowerCase())
    const found = versionOfImage(expanded(image, values))
    return found === undefined ? [] : [found]
  })
}

/** The images that a compose file names, with the defaults of its variables. */
export function versionsInCompose(text: string): readonly AskedVersion[] {
  const lines = text.matchAll(/^\s*(?:-\s*)?image:\s*["']?([^\s"'#]+)/gm)
  return [...lines].flatMap(([, image = '']) => versionOfImage(expanded(image, new Map())) ?? [])
}

/** `${NAME}` and `${NAME:-default}`; what is not known stays as it is written, so that it is named. */
function expanded(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(/\$(?:\{(\w+)(?::?-([^}]*))?\}|(\w+))/g, (match, braced, fallback, bare) => {
    return values.get(braced ?? bare) ?? fallback ?? match
  })
}

/** `.nvmrc`, `.node-version`, `.python-version`: a version a line. `system` asks for what the host has, found there. */
export function versionsInFile(product: Product, text: string): readonly AskedVersion[] {
  const lines = text.split('\n').map((line) => line.replace(/#.*/, '').trim())
  return lines.flatMap((line) => (line === '' || line === 'system' ? [] : [asked(product, line)]))
}

/** `.tool-versions` of asdf and mise: a tool and its versions a line. */
export function versionsInToolVersions(text: string): readonly AskedVersion[] {
  const tools: Readonly<Record<string, Product>> = {
    nodejs: 'node',
    node: 'node',
    python: 'python',
    postgres: 'postgresql',
  }
  return text.split('\n').flatMap((line) => {
    const [tool = '', version] = line.replace(/#.*/, '').trim().split(/\s+/)
    const product = tools[tool]
    return product === undefined || version === undefined || version === 'system' ? [] : [asked(product, version)]
  })
}

/** The one major version that `engines.node` of a package.json allows; a range of several says not which one runs. */
export function versionsInPackage(text: string): readonly AskedVersion[] {
  const range = /"engines"\s*:\s*\{[^}]*"node"\s*:\s*"([^"]+)"/.exec(text)?.[1]?.trim() ?? ''
  const single = /^[\^~=v]*(\d+)(?:\.[\dx*]+){0,2}$/i.exec(range)?.[1]
  const [, from, below] = /^>=\s*(\d+)(?:\.\d+){0,2}\s+<\s*(\d+)(?:\.0){0,2}$/.exec(range) ?? []
  const major = single ?? (from !== undefined && Number(below) === Number(from) + 1 ? from : undefined)
  return major === undefined ? [] : [{ product: 'node', version: major }]
}

/** Debian or Ubuntu from /etc/os-release; a release without a number (testing, sid) is named as it names itself. */
export function versionsInOsRelease(text: string): readonly AskedVersion[] {
  const value = (key: string): string | undefined => new RegExp(`^${key}=["']?([^"'\\n]*)`, 'm').exec(text)?.[1]
  const id = value('ID')
  if (id !== 'debian' && id !== 'ubuntu') return []
  return [asked(id, value('VERSION_ID') ?? value('VERSION_CODENAME') ?? value('PRETTY_NAME') ?? '?')]
}
