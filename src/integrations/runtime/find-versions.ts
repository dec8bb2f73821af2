import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { StepContext } from '../../core/context.ts'
import type { Product } from './end-of-life.ts'

export interface FoundVersion {
  readonly product: Product
  readonly version: string
  /** Where it was read: a command, a file, the config. */
  readonly source: string
}

/** What runs on this host and what the folder asks for. A file that is not there names nothing. */
export async function findVersions(folder: string, ctx: StepContext): Promise<readonly FoundVersion[]> {
  const found: FoundVersion[] = []
  const add = (product: Product, version: string | undefined, source: string): void => {
    if (version !== undefined) found.push({ product, version, source })
  }
  const said = async (argv: [string, ...string[]]): Promise<string> => {
    const { outcome, exitCode, stdout, stderr } = await ctx.run({ argv, timeoutMs: 10_000 })
    return outcome === 'exited' && exitCode === 0 ? `${stdout}${stderr}` : ''
  }
  add('node', /^v(\d+)/.exec(await said(['node', '--version']))?.[1], 'node --version')
  add('python', /Python (\d+\.\d+)/.exec(await said(['python3', '--version']))?.[1], 'python3 --version')
  const release = await text('/etc/os-release')
  const id = /^ID="?(debian|ubuntu)"?$/m.exec(release)?.[1]
  if (id === 'debian' || id === 'ubuntu') add(id, /^VERSION_ID="?([\d.]+)"?$/m.exec(release)?.[1], '/etc/os-release')
  add('node', /^v?(\d+)/.exec(await text(join(folder, '.nvmrc')))?.[1], '.nvmrc')
  add('python', /^(\d+\.\d+)/.exec(await text(join(folder, '.python-version')))?.[1], '.python-version')
  for (const [, image = '', tag = ''] of (await text(join(folder, 'Dockerfile'))).matchAll(
    /^FROM\s+(?:\S+\/)?([a-z]+):(\S+)/gim,
  )) {
    const product = (
      { node: 'node', python: 'python', postgres: 'postgresql', debian: 'debian', ubuntu: 'ubuntu' } as const
    )[image]
    if (product !== undefined) add(product, versionKey(product, tag), 'Dockerfile')
  }
  return found
}

/** The part of a version that its support goes by: `20.11.1` of Node is `20`, `3.11.7` of Python is `3.11`. */
export function versionKey(product: Product, version: string): string | undefined {
  const parts = product === 'python' || product === 'ubuntu' ? /(\d+\.\d+)/ : /(\d+)/
  return parts.exec(version)?.[1]
}

async function text(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '')
}
