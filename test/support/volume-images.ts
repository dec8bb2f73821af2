import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { debianTool } from '../../scripts/provision/debian-tool.ts'
import type { DockerEngine } from './docker.ts'

const run = promisify(execFile)

/** `busybox:test`: a shell and the small tools of busybox, its tar included. */
export async function importBusybox(engine: DockerEngine): Promise<string> {
  return imported(engine, 'busybox:test', fillBusybox)
}

/** A shell and the small tools, each under its name in /bin. */
export async function fillBusybox(tree: string): Promise<void> {
  await mkdir(join(tree, 'bin'), { recursive: true })
  await mkdir(join(tree, 'etc'))
  await writeFile(join(tree, 'etc/passwd'), 'root:x:0:0::/:/bin/sh\napp:x:1000:1000::/:/bin/sh\n')
  const busybox = join(tree, 'bin/busybox')
  await cp(await debianTool('busybox-static', 'bin/busybox'), busybox)
  const { stdout } = await run(busybox, ['--list'])
  for (const name of stdout.trim().split('\n')) {
    if (name !== 'busybox') await symlink('busybox', join(tree, 'bin', name))
  }
}

/** Copies the libraries of a program to where it looks for them. */
export async function copyLibraries(tree: string, program: string): Promise<void> {
  const { stdout } = await run('ldd', [program])
  for (const [, library = ''] of stdout.matchAll(/(\/\S+)/g)) {
    await mkdir(join(tree, dirname(library)), { recursive: true })
    await cp(library, join(tree, dirname(library), basename(library)), { dereference: true })
  }
}

/** `debian:test`: GNU tar and find of this machine, with the shell of busybox. */
export async function importGnuTar(engine: DockerEngine): Promise<string> {
  return imported(engine, 'debian:test', async (tree) => {
    await mkdir(join(tree, 'bin'), { recursive: true })
    await cp(await debianTool('busybox-static', 'bin/busybox'), join(tree, 'bin/busybox'))
    for (const name of ['sh', 'sleep', 'rm', 'cat']) await symlink('busybox', join(tree, 'bin', name))
    for (const name of ['tar', 'find']) {
      const program = await realpath((await run('which', [name])).stdout.trim())
      await cp(program, join(tree, 'bin', name), { dereference: true })
      await copyLibraries(tree, program)
    }
  })
}

/** An image of what is put into a folder. */
export async function imported(
  engine: DockerEngine,
  name: string,
  fill: (tree: string) => Promise<void>,
  path: readonly string[] = ['/bin'],
): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'vigie-image-'))
  try {
    const tree = join(dir, 'tree')
    await mkdir(join(tree, 'tmp'), { recursive: true })
    await fill(tree)
    const archive = join(dir, 'image.tar')
    await run('tar', ['--owner=0', '--group=0', '-C', tree, '-cf', archive, '.'])
    await engine.docker('import', '--change', `ENV PATH=${path.join(':')}`, archive, name)
    return name
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}
