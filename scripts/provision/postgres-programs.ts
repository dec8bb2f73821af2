import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { downloadSuite } from './debian-suite.ts'

const target = join(import.meta.dirname, '..', '..', '.artifacts', 'provision')
const run = promisify(execFile)

/** The suite of Debian that has the major. */
const suites = { 15: 'bookworm', 18: 'forky' } as const
export type ProgramsMajor = keyof typeof suites

const notNeeded = /perl|pam-modules|semanage|systemd-shared|l10n|gdbm|libdb5|text-|json|procps|proc2|llvm|libz3/

/**
 * The folder with the programs of a major as Debian builds them, for clients and servers: pg_dump, psql, initdb and so on.
 * Each begins with a loader and libraries of its own suite, whatever this machine's are.
 */
export async function postgresPrograms(major: ProgramsMajor): Promise<string> {
  await provisionPrograms(major)
  return join(folderOf(major), 'usr/lib/postgresql', String(major), 'bin')
}

/** Fetches and unpacks them once; fast when they are there, and safe when two do it at once. */
export async function provisionPrograms(major: ProgramsMajor): Promise<void> {
  const folder = folderOf(major)
  const packages = [`postgresql-${major}`, `postgresql-client-${major}`]
  const wanted = [...packages, suites[major], folder].join('\n')
  const isThere = async (): Promise<boolean> =>
    (await readFile(join(folder, 'packages'), 'utf8').catch(() => '')) === wanted
  if (await isThere()) return
  await mkdir(target, { recursive: true })
  const scratch = await mkdtemp(`${folder}-`)
  try {
    await downloadSuite(suites[major], packages, (name) => name.startsWith('lib') && !notNeeded.test(name), scratch)
    const unpacked = join(scratch, 'unpacked')
    const files = (await readdir(scratch)).filter((one) => one.endsWith('.deb'))
    for (const file of files) await run('dpkg-deb', ['-x', join(scratch, file), unpacked])
    // Half of the weight is the compiler of queries: a server goes without when its own part of it is not there.
    for (const name of ['llvmjit.so', 'bitcode'])
      await rm(join(unpacked, 'usr/lib/postgresql', String(major), 'lib', name), { recursive: true, force: true })
    await wrap(unpacked, folder, major)
    await writeFile(join(unpacked, 'packages'), wanted)
    // An older set makes room; another one that was first stays.
    if (!(await isThere())) await rename(folder, join(scratch, 'old')).catch(() => undefined)
    await rename(unpacked, folder).catch(async (error: unknown) => {
      if (!(await isThere())) throw error
    })
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

function folderOf(major: ProgramsMajor): string {
  return join(target, `postgres-programs-${major}`)
}

/**
 * Puts a script in the place of each program. PostgreSQL finds its other programs and its files from the name that it was
 * started by, so that is the name of the script.
 */
async function wrap(unpacked: string, folder: string, major: ProgramsMajor): Promise<void> {
  const home = join('usr/lib/postgresql', String(major))
  const triplet = `${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`
  const libraries = [join('usr/lib', triplet), join('lib', triplet)]
  const loader = await loaderIn(unpacked, libraries)
  await rename(join(unpacked, home, 'bin'), join(unpacked, home, 'elf'))
  await mkdir(join(unpacked, home, 'bin'))
  const path = libraries.map((one) => join(folder, one)).join(':')
  for (const name of await readdir(join(unpacked, home, 'elf'))) {
    const [script, program] = [join(folder, home, 'bin', name), join(folder, home, 'elf', name)]
    const line = `exec '${join(folder, loader)}' --library-path '${path}' --argv0 '${script}' '${program}' "$@"`
    await writeFile(join(unpacked, home, 'bin', name), `#!/bin/sh\n${line}\n`, { mode: 0o755 })
  }
}

async function loaderIn(unpacked: string, folders: readonly string[]): Promise<string> {
  for (const folder of folders) {
    const names = await readdir(join(unpacked, folder)).catch(() => [])
    const name = names.find((one) => /^ld-linux.*\.so\.\d$/.test(one))
    if (name !== undefined) return join(folder, name)
  }
  throw new Error('libc6 has no loader')
}
