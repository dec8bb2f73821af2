import { access, constants, readdir, readFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import type { StepContext } from '../../core/context.ts'
import type { Product } from './end-of-life.ts'
import {
  type AskedVersion,
  asked,
  versionsInCompose,
  versionsInDockerfile,
  versionsInFile,
  versionsInOsRelease,
  versionsInPackage,
  versionsInToolVersions,
} from './versions.ts'

export interface FoundVersion extends AskedVersion {
  /** Where it was read: a command, a file, the config. */
  readonly source: string
}

const readers: readonly (readonly [name: RegExp, read: (text: string) => readonly AskedVersion[]])[] = [
  [/^\.(?:nvmrc|node-version)$/, (text) => versionsInFile('node', text)],
  [/^\.python-version$/, (text) => versionsInFile('python', text)],
  [/^\.tool-versions$/, versionsInToolVersions],
  [/^package\.json$/, versionsInPackage],
  [/^(?:Dockerfile|Containerfile)(?:\.(?!dockerignore$).+)?$|\.Dockerfile$/, versionsInDockerfile],
  [/^(?:docker-)?compose(?:\..+)?\.ya?ml$/, versionsInCompose],
]

/** What the folder's files ask for; undefined when there is no such folder. A file that cannot be read throws. */
export async function versionsOfFolder(folder: string, ctx: StepContext): Promise<readonly FoundVersion[] | undefined> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
    throw error
  })
  if (names === undefined) return undefined
  const found: FoundVersion[] = []
  for (const name of names.toSorted()) {
    const read = readers.find(([pattern]) => pattern.test(name))?.[1]
    if (read === undefined) continue
    for (const one of read(await readFile(join(folder, name), 'utf8'))) found.push({ ...one, source: name })
  }
  ctx.record({ what: folder, output: found.map((one) => `${one.source}: ${one.product} ${one.version}`).join('\n') })
  return found
}

/** What this host runs. */
export async function versionsOfHost(ctx: StepContext): Promise<readonly FoundVersion[]> {
  const node = await programOnPath('node', process.env['PATH'] ?? '')
  // Not every system has the file; without it none is named.
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '')
  return [
    ...(node === undefined ? [] : await said('node', [node, '--version'], /^v(\S+)/, ctx)),
    ...(await said('python', ['python3', '--version'], /^Python (\S+)/, ctx)),
    ...versionsInOsRelease(release).map((one) => ({ ...one, source: '/etc/os-release' })),
  ]
}

/** 126 and 127 are what a shim answers when the program behind it is not installed. */
const notThere = [126, 127]

async function said(
  product: Product,
  argv: [string, ...string[]],
  pattern: RegExp,
  ctx: StepContext,
): Promise<readonly FoundVersion[]> {
  const { outcome, exitCode, stdout, stderr } = await ctx.run({ argv, timeoutMs: 10_000 })
  if (outcome === 'not-found' || notThere.includes(exitCode ?? 0)) return []
  const version = pattern.exec(exitCode === 0 ? stdout : '')?.[1]
  // A program that is there and does not tell its version is not passed over.
  const shown = version ?? ((stdout + stderr).split('\n')[0]?.slice(0, 60) || outcome)
  return [{ ...asked(product, shown), source: argv.join(' ') }]
}

/** The first program of that name on the path, those of npm packages left out: Vigie's own Node may come from one. */
export async function programOnPath(program: string, path: string): Promise<string | undefined> {
  for (const folder of path.split(delimiter)) {
    if (folder === '' || /(?:^|\/)node_modules(?:\/|$)/.test(folder)) continue
    const file = join(folder, program)
    const isThere = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (isThere) return file
  }
  return undefined
}
