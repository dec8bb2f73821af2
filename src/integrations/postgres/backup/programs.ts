import { constants } from 'node:fs'
import { access, readdir } from 'node:fs/promises'
import { isAbsolute, join, resolve } from 'node:path'
import type { StepContext } from '../../../core/context.ts'

export const clientPrograms = ['pg_dump', 'pg_dumpall', 'pg_restore', 'psql'] as const
export const serverPrograms = ['initdb', 'postgres'] as const
export type PostgresProgram = (typeof clientPrograms)[number] | (typeof serverPrograms)[number]

/** A folder that holds all the programs that were asked for. */
export interface ProgramFolder {
  readonly folder: string
  readonly major: number
  /** As the program tells it: `15.18`. */
  readonly version: string
}

/** Where packages put each major: Debian and Ubuntu, those of PostgreSQL for Red Hat, Homebrew. */
const packaged = [
  { parent: '/usr/lib/postgresql', inner: 'bin' },
  { parent: '/usr', only: /^pgsql-\d+$/, inner: 'bin' },
  { parent: '/opt/homebrew/opt', only: /^postgresql@\d+$/, inner: 'bin' },
  { parent: '/usr/local/opt', only: /^postgresql@\d+$/, inner: 'bin' },
]

/**
 * Folders of this machine with all of these programs; those of packages before PATH, where a wrapper may choose a version of
 * its own. With `bin`, that folder alone, or none.
 */
export async function programFolders(
  names: readonly [PostgresProgram, ...PostgresProgram[]],
  bin: string | undefined,
  ctx: StepContext,
): Promise<readonly ProgramFolder[]> {
  const candidates = bin === undefined ? [...(await packagedFolders()), ...pathFolders()] : [resolve(ctx.baseDir, bin)]
  const found: ProgramFolder[] = []
  for (const folder of new Set(candidates)) {
    if (!(await holdsAll(folder, names))) continue
    const version = await versionOf(join(folder, names[0]), ctx)
    if (version !== undefined) found.push({ folder, ...version })
  }
  return found
}

/** That of the major itself, else of the nearest newer one. */
export function fitting(folders: readonly ProgramFolder[], major: number): ProgramFolder | undefined {
  return folders.filter((one) => one.major >= major).toSorted((a, b) => a.major - b.major)[0]
}

/** From what `--version` says: `pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`, `… 19beta1`. */
export function versionIn(output: string): Omit<ProgramFolder, 'folder'> | undefined {
  const [, version, major] = /\(PostgreSQL\) ((\d+)\S*)/.exec(output) ?? []
  return version === undefined ? undefined : { version, major: Number(major) }
}

/** Asked once in a run: it starts a program. */
function versionOf(path: string, ctx: StepContext): Promise<Omit<ProgramFolder, 'folder'> | undefined> {
  return ctx.share(
    `postgres-version ${path}`,
    async () => {
      const { exitCode, stdout } = await ctx.run({ argv: [path, '--version'], timeoutMs: 10_000 })
      return exitCode === 0 ? versionIn(stdout) : undefined
    },
    async () => undefined,
  )
}

async function packagedFolders(): Promise<readonly string[]> {
  const folders: string[] = []
  for (const { parent, only, inner } of packaged) {
    // Most machines have one of them at most.
    const names = await readdir(parent).catch(() => [])
    folders.push(...names.filter((name) => only?.test(name) ?? true).map((name) => join(parent, name, inner)))
  }
  return folders
}

function pathFolders(): readonly string[] {
  return (process.env['PATH'] ?? '').split(':').filter((one) => isAbsolute(one))
}

async function holdsAll(folder: string, names: readonly string[]): Promise<boolean> {
  for (const name of names) {
    const isThere = await access(join(folder, name), constants.X_OK).then(
      () => true,
      () => false,
    )
    if (!isThere) return false
  }
  return true
}
