import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const target = join(import.meta.dirname, '..', '..', '.artifacts', 'provision', 'debian')
const run = promisify(execFile)

/** Programs of Debian packages that tests use, by the package: they are unpacked, never installed, and start nothing. */
export const debianTools = {
  prometheus: ['usr/bin/prometheus', 'usr/bin/promtool'],
  'prometheus-alertmanager': ['usr/bin/prometheus-alertmanager', 'usr/bin/amtool'],
  'prometheus-blackbox-exporter': ['usr/bin/prometheus-blackbox-exporter'],
  'busybox-static': ['bin/busybox'],
  'docker.io': ['usr/sbin/dockerd', 'usr/bin/docker'],
  containerd: ['usr/bin/containerd', 'usr/bin/containerd-shim-runc-v2'],
  runc: ['usr/sbin/runc'],
  'libdevmapper1.02.1': ['lib'],
  systemd: ['usr/bin/systemd-analyze'],
  'libsystemd-shared': ['usr/lib'],
  'postgresql-15': ['usr/lib/postgresql/15/bin/pgbench'],
  libpq5: ['usr/lib'],
  pgbouncer: ['usr/sbin/pgbouncer'],
  'libevent-2.1-7': ['usr/lib'],
  'libc-ares2': ['usr/lib'],
  tmux: ['usr/bin/tmux'],
  'libevent-core-2.1-7': ['usr/lib'],
  libutempter0: ['usr/lib'],
  'libarchive-tools': ['usr/bin/bsdtar'],
  libarchive13: ['usr/lib'],
  zstd: ['usr/bin/zstd'],
  restic: ['usr/bin/restic'],
  pgbackrest: ['usr/bin/pgbackrest'],
  age: ['usr/bin/age', 'usr/bin/age-keygen'],
} as const

export type DebianPackage = keyof typeof debianTools

/** The whole path of a program; its package is fetched with apt and unpacked when it is not there. */
export async function debianTool<Name extends DebianPackage>(
  name: Name,
  program: (typeof debianTools)[Name][number],
): Promise<string> {
  await provisionDebian(name)
  return join(target, name, program)
}

/** Fetches a package once; fast when it is there, and safe when two do it at once. */
export async function provisionDebian(name: DebianPackage): Promise<void> {
  const folder = join(target, name)
  if (await stat(folder).catch(() => undefined)) return
  await mkdir(target, { recursive: true })
  const scratch = await mkdtemp(join(target, `.${name}-`))
  try {
    await downloadDebian([name], scratch)
    const file = (await readdir(scratch)).find((one) => one.endsWith('.deb'))
    if (file === undefined) throw new Error(`apt-get download ${name} brought no package`)
    const unpacked = join(scratch, 'unpacked')
    await run('dpkg-deb', ['-x', join(scratch, file), unpacked])
    for (const program of debianTools[name]) await stat(join(unpacked, program))
    await rename(unpacked, folder).catch(async (error: unknown) => {
      // Another one was first.
      if (!(await stat(folder).catch(() => undefined))) throw error
    })
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

/** Brings the .deb files into a folder. */
export async function downloadDebian(names: readonly string[], cwd: string): Promise<void> {
  try {
    await run('apt-get', ['download', ...names], { cwd })
  } catch {
    // A machine whose package lists were never fetched, or are too old.
    await run('apt-get', ['update'], { cwd })
    await run('apt-get', ['download', ...names], { cwd })
  }
}
