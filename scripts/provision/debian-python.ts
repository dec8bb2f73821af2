import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { downloadDebian } from './debian-tool.ts'

const folder = join(import.meta.dirname, '..', '..', '.artifacts', 'provision', 'debian-python')
const run = promisify(execFile)

/** Python itself, Alembic and Django, and all that they and their driver need beyond the C library. */
const packages = [
  ...['python3.11-minimal', 'libpython3.11-minimal', 'libpython3.11-stdlib', 'libexpat1', 'libsqlite3-0', 'libffi8'],
  ...['python3-django', 'python3-asgiref', 'python3-sqlparse', 'python3-tz', 'python3-typing-extensions'],
  ...['alembic', 'python3-alembic', 'python3-sqlalchemy', 'python3-greenlet', 'python3-mako', 'python3-markupsafe'],
  ...['python3-dateutil', 'python3-six', 'python3-psycopg2', 'libpq5', 'libldap-2.5-0', 'libsasl2-2', 'libssl3'],
  ...['libgssapi-krb5-2', 'libkrb5-3', 'libkrb5support0', 'libk5crypto3', 'libkeyutils1', 'libcom-err2'],
]

export interface DebianPython {
  /** The whole path of the interpreter. */
  readonly python: string
  /** What it needs to find its libraries. */
  readonly env: {
    readonly PYTHONPATH: string
    readonly LD_LIBRARY_PATH: string
    readonly PYTHONDONTWRITEBYTECODE: string
  }
}

/** A Python with Alembic and Django, unpacked into a folder of its own; nothing is installed. */
export async function debianPython(): Promise<DebianPython> {
  await provisionPython()
  return {
    python: join(folder, 'usr/bin/python3.11'),
    env: {
      PYTHONPATH: join(folder, 'usr/lib/python3/dist-packages'),
      LD_LIBRARY_PATH: librariesIn(folder),
      PYTHONDONTWRITEBYTECODE: '1',
    },
  }
}

/** Fetches and unpacks the packages once; fast when they are there, and safe when two do it at once. */
export async function provisionPython(): Promise<void> {
  const wanted = [...packages, 'compiled'].join('\n')
  const isThere = async (): Promise<boolean> =>
    (await readFile(join(folder, 'packages'), 'utf8').catch(() => '')) === wanted
  if (await isThere()) return
  await mkdir(join(folder, '..'), { recursive: true })
  const scratch = await mkdtemp(`${folder}-`)
  try {
    await downloadDebian(packages, scratch)
    const unpacked = join(scratch, 'unpacked')
    const files = (await readdir(scratch)).filter((one) => one.endsWith('.deb'))
    if (files.length !== packages.length)
      throw new Error(`apt-get download brought ${files.length} of ${packages.length} packages`)
    for (const file of files) await run('dpkg-deb', ['-x', join(scratch, file), unpacked])
    await compile(unpacked)
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

/** What `dpkg` does when it installs: without it each start compiles all that it imports, which takes three times as long. */
async function compile(unpacked: string): Promise<void> {
  const needless = '/(?:tests?|gis|locale|lib2to3|idlelib|testing|bin)/'
  const words = ['-m', 'compileall', '-q', '-x', needless, '-s', unpacked, '-p', folder, join(unpacked, 'usr', 'lib')]
  await run(join(unpacked, 'usr/bin/python3.11'), words, { env: { LD_LIBRARY_PATH: librariesIn(unpacked) } })
}

function librariesIn(root: string): string {
  const machine = `${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`
  return ['usr/lib', 'lib'].map((one) => join(root, one, machine)).join(':')
}
