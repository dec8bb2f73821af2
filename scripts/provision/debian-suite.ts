import { execFile } from 'node:child_process'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg'

/**
 * Brings the .deb files of packages of another suite of this machine's own mirror, and of the libraries that they need, into
 * a folder. Apt works on lists of its own there, and checks their signature; nothing of the machine is touched.
 */
export async function downloadSuite(
  suite: string,
  packages: readonly string[],
  isWanted: (name: string) => boolean,
  folder: string,
): Promise<void> {
  const at = (...names: string[]): string => join(folder, ...names)
  for (const path of [at('lists', 'partial'), at('cache', 'archives', 'partial')])
    await mkdir(path, { recursive: true })
  const source = { URIs: await mirror(), Suites: suite, Components: 'main', 'Signed-By': keyring, Types: 'deb' }
  const lines = Object.entries(source).map(([name, value]) => `${name}: ${value}\n`)
  await writeFile(at('suite.sources'), lines.join(''))
  const settings = {
    'Dir::Etc::sourcelist': at('suite.sources'),
    'Dir::Etc::sourceparts': '/dev/null',
    'Dir::State::lists': at('lists'),
    'Dir::State::status': '/dev/null',
    'Dir::Cache': at('cache'),
    'Acquire::Languages': 'none',
  }
  const apt = async (...args: string[]): Promise<string> => {
    const given = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`])
    return (await run('apt-get', [...given, ...args], { cwd: folder, maxBuffer: 10_000_000 })).stdout
  }
  await apt('update')
  // On a machine without any package: so it names all that is needed.
  const all = await apt('install', '--simulate', '--no-install-recommends', ...packages)
  const names = [...all.matchAll(/^Inst (\S+)/gm)].map(([, name = '']) => name)
  const wanted = names.filter((name) => packages.includes(name) || isWanted(name))
  await apt('download', ...wanted)
  const brought = (await readdir(folder)).filter((one) => one.endsWith('.deb'))
  if (brought.length !== wanted.length)
    throw new Error(`apt-get download of ${suite} brought ${brought.length} of ${wanted.length} packages`)
}

/** Where the machine has its own Debian from. */
async function mirror(): Promise<string> {
  const ask = ['indextargets', '--format', '$(RELEASE) $(REPO_URI)', 'Created-By: Packages', 'Origin: Debian']
  const look = async (): Promise<string | undefined> =>
    /^[a-z]+ (\S+)$/m.exec((await run('apt-get', ask, { maxBuffer: 10_000_000 })).stdout)?.[1]
  const known = await look()
  if (known !== undefined) return known
  // A machine whose package lists were never fetched.
  await run('apt-get', ['update'])
  const found = await look()
  if (found === undefined) throw new Error('apt knows no mirror of Debian')
  return found
}
