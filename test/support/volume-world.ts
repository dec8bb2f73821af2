import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Dumped, StoredComponent } from '../../src/core/backup.ts'
import type { Action } from '../../src/core/task.ts'
import { volumeBackup } from '../../src/integrations/docker/backup.ts'
import { volumeOptions } from '../../src/integrations/docker/options.ts'
import { type TestContext, testContext } from './context.ts'
import { type DockerEngine, startDocker } from './docker.ts'
import { importBusybox, importGnuTar } from './volume-images.ts'

const run = promisify(execFile)

/** An engine with two small images, and the backup of its volumes. */
export interface VolumeWorld {
  readonly engine: DockerEngine
  readonly ctx: TestContext
  /** The ability of a volume, with options beside its name. */
  backupOf(name: string, options?: Readonly<Record<string, unknown>>): ReturnType<typeof volumeBackup>
  /** A shell of busybox in a container that is gone afterwards, with a volume at /v. */
  inside(volume: string, script: string, image?: string): Promise<string>
  /** A container that stays, with a volume at /v; gives its id. */
  start(name: string, volume: string, script: string, ...words: readonly string[]): Promise<string>
  stateOf(container: string): Promise<string>
  close(): Promise<void>
}

export async function volumeWorld(): Promise<VolumeWorld> {
  const engine = await startDocker()
  const dataDir = await mkdtemp(join(tmpdir(), 'vigie-volumes-'))
  const ctx = testContext({ dataDir, timeoutMs: 300_000 })
  const close = async (): Promise<void> => {
    await ctx.close()
    await engine.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
  try {
    await importBusybox(engine)
    await importGnuTar(engine)
  } catch (error) {
    await close()
    throw error
  }
  const alone = ['--network', 'none']
  return {
    engine,
    ctx,
    close,
    backupOf: (name, options = {}) => volumeBackup(volumeOptions.parse({ name, host: engine.host, ...options })),
    inside: (volume, script, image = 'busybox:test') =>
      engine.docker('run', '--rm', ...alone, '-v', `${volume}:/v`, image, 'sh', '-c', script),
    start: async (name, volume, script, ...words) => {
      const place = ['-d', '--name', name, ...alone, '-v', `${volume}:/v`, ...words]
      return (await engine.docker('run', ...place, 'busybox:test', 'sh', '-c', script)).trim()
    },
    stateOf: async (container) => (await engine.docker('inspect', '--format', '{{.State.Status}}', container)).trim(),
  }
}

/** All pieces that a dump gives. */
export async function dumped(
  backup: ReturnType<typeof volumeBackup>,
  ctx: TestContext,
): Promise<{ readonly bytes: Buffer; readonly dumped: Dumped }> {
  const pieces: Buffer[] = []
  const made = await backup.dump(ctx, 'volume', async (piece) => {
    pieces.push(Buffer.from(piece))
  })
  return { bytes: Buffer.concat(pieces), dumped: made }
}

/** A backup that holds an archive, as one is read back; it comes in pieces of odd sizes. */
export function storedAs(bytes: Buffer, facts: Dumped['facts'], backup = 'B1'): StoredComponent {
  const read = async function* () {
    for (let at = 0; at < bytes.length; at += 70_001) yield bytes.subarray(at, at + 70_001)
  }
  return {
    ...{ backup, at: new Date('2026-11-21T02:00:00Z'), component: 'shop' },
    parts: [{ name: 'volume', file: 'volume.tar', bytes: bytes.length, facts, read }],
  }
}

/** What GNU tar of this machine says of every file: names, owners, modes, times to the nanosecond, links. */
export async function listing(engine: DockerEngine, volume: string): Promise<string> {
  const folder = (await engine.docker('volume', 'inspect', '--format', '{{.Mountpoint}}', volume)).trim()
  const format = '%P|%y|%m|%U|%G|%s|%T@|%l|%n\\n'
  const found = await run('find', [folder, '-printf', format], { maxBuffer: 1e8, encoding: 'buffer' })
  return found.stdout.toString('latin1').split('\n').toSorted().join('\n')
}

export async function until(what: () => Promise<boolean>, told: string): Promise<void> {
  const deadline = Date.now() + 60_000
  while (!(await what())) {
    if (Date.now() > deadline) throw new Error(`not so within 60 s: ${told}`)
    await wait(50)
  }
}

/** Healthy as long as the volume has what it needs; a shop that finds nothing to sell ends at once. */
const shop = 'trap "exit 0" TERM; test -e /v/needed || exit 1; while true; do sleep 0.1; done'
const goodContent =
  'cd /v && mkdir d && echo good > needed && echo good > d/x && chmod 4750 d/x && chown 5:6 d/x && chmod 711 . && dd if=/dev/urandom of=random bs=1M count=8 2>/dev/null'

export interface Living {
  readonly name: string
  readonly container: string
  readonly id: string
  readonly listing: string
}

/** A backup, and volumes in use whose content is not that of it. */
export interface LivingVolumes {
  readonly stored: StoredComponent
  /** The archive as a file; its facts lie beside it. */
  readonly archive: string
  readonly listing: string
  make(script?: string, ...words: readonly string[]): Promise<Living>
  planOver(name: string, options?: Readonly<Record<string, unknown>>): Promise<readonly Action[]>
  names(): Promise<readonly string[]>
}

export async function livingVolumes(world: VolumeWorld): Promise<LivingVolumes> {
  const { engine, ctx, backupOf } = world
  await engine.docker('volume', 'create', 'source')
  await world.inside('source', goodContent)
  const made = await dumped(backupOf('source'), ctx)
  const archive = join(ctx.dataDir, 'volume.tar')
  await writeFile(archive, made.bytes)
  await writeFile(`${archive}.facts`, JSON.stringify(made.dumped.facts))
  const stored = storedAs(made.bytes, made.dumped.facts)
  let number = 0
  return {
    ...{ stored, archive, listing: await listing(engine, 'source') },
    make: async (script = shop, ...words) => {
      const [name, container] = [`living${++number}`, `app${number}`]
      await engine.docker('volume', 'create', name)
      await world.inside(name, 'cd /v && echo old > needed && echo old > only-old && chown 7:8 only-old && chmod 700 .')
      const id = await world.start(container, name, script, ...words)
      return { name, container, id, listing: await listing(engine, name) }
    },
    planOver: (name, options = {}) => backupOf(name, options).planRestore(ctx, stored, { over: true, only: [] }),
    names: async () => (await engine.docker('volume', 'ls', '-q')).trim().split('\n'),
  }
}

/** The step of each restore that was left in its middle. */
export async function journals(dataDir: string): Promise<readonly string[]> {
  const folder = join(dataDir, 'docker', 'swaps')
  const names = await readdir(folder).catch(() => [])
  const found: string[] = []
  for (const name of names.filter((one) => one.endsWith('.json'))) {
    const text = await readFile(join(folder, name), 'utf8').catch(() => '{}')
    found.push(String(JSON.parse(text).step))
  }
  return found
}
