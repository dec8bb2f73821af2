import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const source = join(import.meta.dirname, 'migration-tools')
const folder = join(import.meta.dirname, '..', '..', '.artifacts', 'provision', 'migration-tools')

/** The `node_modules` with Knex, Drizzle, Prisma, the CLI of Supabase and their driver. */
export async function migrationTools(): Promise<string> {
  await provisionMigrationTools()
  return join(folder, 'node_modules')
}

/** The CLI of Supabase. It has a package for each system; the one that the registries have is for Linux on x64. */
export async function supabaseCli(): Promise<string> {
  const program = join(await migrationTools(), '@supabase', 'cli-linux-x64', 'bin', 'supabase')
  if (!(await stat(program).catch(() => undefined)))
    throw new Error(
      `no CLI of Supabase for ${process.platform} on ${process.arch}: see scripts/provision/migration-tools`,
    )
  return program
}

/** Installs them by their lock, once; fast when they are there, and safe when two do it at once. */
export async function provisionMigrationTools(): Promise<void> {
  const wanted = await readFile(join(source, 'package-lock.json'), 'utf8')
  const isThere = async (): Promise<boolean> =>
    (await readFile(join(folder, 'installed.lock'), 'utf8').catch(() => '')) === wanted
  if (await isThere()) return
  await mkdir(join(folder, '..'), { recursive: true })
  const scratch = await mkdtemp(`${folder}-`)
  try {
    const made = join(scratch, 'made')
    await mkdir(made)
    for (const name of ['package.json', 'package-lock.json']) await cp(join(source, name), join(made, name))
    await promisify(execFile)('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: made })
    await writeFile(join(made, 'installed.lock'), wanted)
    // An older set makes room; another one that was first stays.
    if (!(await isThere())) await rename(folder, join(scratch, 'old')).catch(() => undefined)
    await rename(made, folder).catch(async (error: unknown) => {
      if (!(await isThere())) throw error
    })
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}
