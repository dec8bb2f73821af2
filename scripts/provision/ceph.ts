import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { downloadSuite } from './debian-suite.ts'

const folder = join(import.meta.dirname, '..', '..', '.artifacts', 'provision', 'ceph')
const run = promisify(execFile)

/** The last suite of Debian that has Ceph for every machine that tests run on. */
const suite = 'bookworm'
const packages = ['ceph-mon', 'ceph-osd', 'radosgw', 'ceph-common', 'ceph-base']

/** Of the libraries that the packages name: what belongs to block devices, Python, Perl and services, which nothing here starts. */
const notNeeded =
  /perl|python|systemd-shared|pam|semanage|l10n|text-|json|proc2|gdbm|libdb5|lvm|nvme|parted|xfs|cephfs|rbd|rgw2|babeltrace/
const programs = [
  'ceph-mon',
  'ceph-osd',
  'radosgw',
  'radosgw-admin',
  'ceph-authtool',
  'monmaptool',
  'osdmaptool',
] as const
const wanted = [...packages, ...programs, suite].join('\n')

export interface Ceph {
  /** Below it stand the files as Debian has them. */
  readonly root: string
  readonly libraries: string
  /** Begins the command line of a program of it: a loader and libraries of its own suite, whatever this machine's are. */
  command(program: (typeof programs)[number]): readonly [string, ...string[]]
}

/** Ceph's programs, which speak S3 (decision 17); fetched when they are not there. */
export async function ceph(): Promise<Ceph> {
  await provisionCeph()
  const triplet = `${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`
  const libraries = join(folder, 'usr/lib', triplet)
  const places = [libraries, join(libraries, 'ceph'), join(folder, 'lib', triplet)]
  const names = await readdir(join(folder, 'lib', triplet))
  const loader = names.find((name) => /^ld-linux.*\.so\.\d$/.test(name))
  if (loader === undefined) throw new Error('libc6 has no loader')
  return {
    root: folder,
    libraries,
    command: (program) => [
      ...([join(folder, 'lib', triplet, loader), '--library-path', places.join(':')] as const),
      join(folder, 'usr/bin', program),
    ],
  }
}

/** Fetches and unpacks it once; fast when it is there, and safe when two do it at once. */
export async function provisionCeph(): Promise<void> {
  if (await isThere()) return
  await mkdir(join(folder, '..'), { recursive: true })
  const scratch = await mkdtemp(`${folder}-`)
  try {
    await downloadSuite(suite, packages, isLibrary, scratch)
    const unpacked = join(scratch, 'unpacked')
    const files = (await readdir(scratch)).filter((one) => one.endsWith('.deb'))
    for (const file of files) await run('dpkg-deb', ['-x', join(scratch, file), unpacked])
    await rm(join(unpacked, 'usr/share'), { recursive: true, force: true })
    for (const name of await readdir(join(unpacked, 'usr/bin')))
      if (!programs.some((one) => one === name)) await rm(join(unpacked, 'usr/bin', name))
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

async function isThere(): Promise<boolean> {
  return (await readFile(join(folder, 'packages'), 'utf8').catch(() => '')) === wanted
}

function isLibrary(name: string): boolean {
  return (name.startsWith('lib') || name === 'zlib1g') && !notNeeded.test(name)
}
