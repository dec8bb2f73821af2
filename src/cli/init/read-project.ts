import type { Unreadable } from './compose-services.ts'

export interface WebFramework {
  readonly framework: string
  readonly port: number
  /** `web` for what people see, `api` for what programs ask. */
  readonly role: 'web' | 'api'
}

export interface Project {
  readonly name: string | undefined
  readonly web: WebFramework | undefined
}

/** Packages by which a framework is known, and where it listens unless told otherwise. */
const nodeFrameworks: readonly (readonly [dependency: string, framework: string, port: number])[] = [
  ['next', 'Next.js', 3000],
  ['nuxt', 'Nuxt', 3000],
  ['@angular/core', 'Angular', 4200],
  ['vite', 'Vite', 5173],
]
const pythonFrameworks: readonly (readonly [name: RegExp, framework: string, port: number])[] = [
  [/^[\s"']*fastapi\b/im, 'FastAPI', 8000],
  [/^[\s"']*django\b/im, 'Django', 8000],
  [/^[\s"']*flask\b/im, 'Flask', 5000],
]

/** What package.json, pyproject.toml and requirements.txt say of the application. */
export async function readProject(text: (name: string) => Promise<string>): Promise<Project> {
  const node = nodeProject(await text('package.json'))
  const toml = await text('pyproject.toml')
  const asked = `${dependenciesOf(toml)}\n${await text('requirements.txt')}`
  const python = pythonFrameworks.find(([name]) => name.test(asked))
  return {
    name: node.name ?? /^\s*name\s*=\s*["']([^"'\n]+)["']/m.exec(toml)?.[1],
    web: node.web ?? (python && { framework: python[1], port: python[2], role: 'api' }),
  }
}

function nodeProject(packageJson: string): Project {
  let read: unknown
  try {
    read = JSON.parse(packageJson)
  } catch {
    return { name: undefined, web: undefined }
  }
  const { name, dependencies, devDependencies, scripts }: Readonly<Record<string, unknown>> = Object(read)
  const packages = { ...Object(dependencies), ...Object(devDependencies) }
  const known = nodeFrameworks.find(([dependency]) => dependency in packages)
  const { start, dev }: Readonly<Record<string, unknown>> = Object(scripts)
  const told = [start, dev].map((line) => /(?:\s-p|\s--port|\bPORT)[ =](\d{2,5})\b/.exec(String(line))?.[1])
  const port = told.find((one) => one !== undefined && Number(one) <= 65_535)
  return {
    name: typeof name === 'string' ? name.replace(/^@[^/]+\//, '') : undefined,
    web: known && { framework: known[1], port: Number(port ?? known[2]), role: 'web' },
  }
}

/** The first mistake of a package.json that is there; undefined when it is a JSON object. */
export function packageMistake(packageJson: string): Unreadable | undefined {
  try {
    const read: unknown = JSON.parse(packageJson)
    return typeof read === 'object' && read !== null && !Array.isArray(read) ? undefined : { line: 1 }
  } catch (error) {
    // Only the line of the message: the rest of it quotes the file.
    const line = /\(line (\d+) column \d+\)$/.exec(String(error))?.[1]
    return { line: line === undefined ? undefined : Number(line) }
  }
}

/** One dependency a line, whether pyproject.toml lists them in one line or in many. */
function dependenciesOf(toml: string): string {
  return toml.replace(/[[,]/g, '\n')
}
