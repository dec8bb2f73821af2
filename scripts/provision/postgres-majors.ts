import { execFile } from 'node:child_process'
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'

const root = join(import.meta.dirname, '..', '..')
const source = join(import.meta.dirname, 'postgres')
const target = join(root, '.artifacts', 'provision', 'postgres')
const lock = `${target}.lock`

/** The `native` folder of an older major, installed when it is not there. */
export async function postgresNative(major: number): Promise<string> {
  await provisionPostgres()
  return join(target, 'node_modules', `${process.platform}-${process.arch}-${major}`, 'native')
}

/** Installs PostgreSQL 13 to 17 by their lock, once; fast when they are there, and safe when two do it at once. */
export async function provisionPostgres(): Promise<void> {
  const wanted = await readFile(join(source, 'package-lock.json'), 'utf8')
  const isThere = async (): Promise<boolean> =>
    (await readFile(join(target, 'installed.lock'), 'utf8').catch(() => '')) === wanted
  if (await isThere()) return
  await mkdir(join(root, '.artifacts', 'provision'), { recursive: true })
  const until = Date.now() + 300_000
  while (
    !(await mkdir(lock).then(
      () => true,
      () => false,
    ))
  ) {
    if (await isThere()) return
    if (Date.now() > until) throw new Error(`${lock} is held; remove it when no other installation runs`)
    await wait(200)
  }
  try {
    if (await isThere()) return
    await mkdir(target, { recursive: true })
    for (const name of ['package.json', 'package-lock.json']) await cp(join(source, name), join(target, name))
    await promisify(execFile)('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
      cwd: target,
      maxBuffer: 10_000_000,
    })
    await writeFile(join(target, 'installed.lock'), wanted)
  } finally {
    await rm(lock, { recursive: true, force: true })
  }
}
