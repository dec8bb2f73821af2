import { execFile } from 'node:child_process'
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { DockerEngine } from './docker.ts'
import { copyLibraries, fillBusybox, imported } from './volume-images.ts'

/** What a server does not read. */
const notNeeded = /\/usr\/(share\/(doc|man|locale|gcc|gdb)|lib\/locale|sbin)(\/|$)/

/** An image with a shell and the programs of PostgreSQL of a folder of `postgresPrograms`. Gives its name. */
export async function importPostgres(engine: DockerEngine, bin: string): Promise<string> {
  const root = join(bin, '../../../../..')
  return imported(
    engine,
    'postgres:test',
    async (tree) => {
      await fillBusybox(tree)
      // Of what they need only zlib is this machine's, as it is git's.
      await copyLibraries(tree, (await promisify(execFile)('which', ['git'])).stdout.trim())
      // The programs name their loader and libraries by whole paths.
      await cp(root, join(tree, root), {
        recursive: true,
        verbatimSymlinks: true,
        filter: (path) => !notNeeded.test(path.slice(root.length)),
      })
    },
    ['/bin', bin],
  )
}
