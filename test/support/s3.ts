import { execFile, spawn } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { S3Client } from '@aws-sdk/client-s3'
import { type Ceph, ceph } from '../../scripts/provision/ceph.ts'
import { freePort } from '../../src/platform/free-port.ts'

const run = promisify(execFile)
const startLimitMs = 120_000
const storeBytes = 2 * 1024 ** 3

export interface S3Server {
  readonly endpoint: string
  readonly port: number
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** To see what is truly there. */
  readonly client: S3Client
  makeBucket(name: string, options?: { objectLock?: boolean }): Promise<void>
  /** Somebody else, whose buckets are others. */
  addUser(name: string, accessKeyId: string, secretAccessKey: string): Promise<void>
  /** From then on the user's buckets take no more than this. */
  limitBuckets(bytes: number): Promise<void>
  stop(): Promise<void>
}

/** A real radosgw (decision 17) with a monitor and a store in memory, on 127.0.0.1 alone; gone when this process ends. */
export async function startS3(): Promise<S3Server> {
  const programs = await ceph()
  const dir = await mkdtemp(join(tmpdir(), 'vigie-s3-'))
  const port = await freePort()
  const keys = { accessKeyId: `AK${randomBytes(9).toString('hex')}`, secretAccessKey: randomBytes(20).toString('hex') }
  const endpoint = `http://127.0.0.1:${port}`
  await prepare(programs, dir, port)
  const tool = (name: Parameters<Ceph['command']>[0], ...words: string[]) => toolIn(programs, dir, name, words)
  const servers = [
    programs.command('ceph-mon').concat('-c', 'ceph.conf', '-i', 'a', '-f'),
    programs.command('ceph-osd').concat('-c', 'ceph.conf', '-i', '0', '-f'),
    programs.command('radosgw').concat('-c', 'ceph.conf', '-n', 'client.rgw', '-f'),
  ]
  // The shell reads a pipe that only we hold open: all ends, and the files go, when this process ends in whatever way.
  const script = [
    `dir="$1"; trap '' PIPE`,
    ...servers.map((words, at) => `${words.map(quoted).join(' ')} > ${at}.out 2>&1 & p${at}=$!`),
    'cat > /dev/null',
    'kill -KILL "$p0" "$p1" "$p2"; wait; cd /; rm -rf "$dir"',
  ]
  const shell = spawn('/bin/sh', ['-c', script.join('\n'), 's3', dir], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: dir,
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', HOME: dir },
  })
  const ended = new Promise<void>((resolve) => shell.once('close', () => resolve()))
  const stop = async (): Promise<void> => {
    shell.stdin.end()
    await ended
    await rm(dir, { recursive: true, force: true })
  }
  try {
    await answers(endpoint, dir)
    const admin = (...words: string[]) => tool('radosgw-admin', '-c', 'ceph.conf', '-n', 'client.rgw', ...words)
    const addUser: S3Server['addUser'] = async (name, accessKeyId, secretAccessKey) => {
      const words = [
        `--uid=${name}`,
        `--display-name=${name}`,
        `--access-key=${accessKeyId}`,
        `--secret-key=${secretAccessKey}`,
      ]
      await admin('user', 'create', ...words)
    }
    await addUser('vigie', keys.accessKeyId, keys.secretAccessKey)
    const sdk = await import('@aws-sdk/client-s3')
    const client = new sdk.S3Client({
      ...{ endpoint, region: 'us-east-1', forcePathStyle: true, credentials: keys },
      ...{ requestChecksumCalculation: 'WHEN_REQUIRED', responseChecksumValidation: 'WHEN_REQUIRED' },
    })
    return {
      ...{ endpoint, port, ...keys, client, addUser },
      makeBucket: async (name, { objectLock = false } = {}) => {
        await client.send(new sdk.CreateBucketCommand({ Bucket: name, ObjectLockEnabledForBucket: objectLock }))
      },
      limitBuckets: async (bytes) => {
        const scope = ['--uid=vigie', '--quota-scope=bucket']
        await admin('quota', 'set', ...scope, `--max-size=${bytes}`)
        await admin('quota', bytes < 0 ? 'disable' : 'enable', ...scope)
      },
      stop: async () => {
        client.destroy()
        await stop()
      },
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** A cluster of one: its maps are made here, so that nothing must be asked of a monitor (whose own client is Python). */
async function prepare(programs: Ceph, dir: string, port: number): Promise<void> {
  const [v2, v1, fsid] = [await freePort(), await freePort(), randomUUID()]
  const address = `[v2:127.0.0.1:${v2},v1:127.0.0.1:${v1}]`
  for (const name of ['mon', 'osd', 'rgw']) await mkdir(join(dir, name))
  await writeFile(join(dir, 'ceph.conf'), confOf(programs, dir, { fsid, address, port }))
  const tool = (name: Parameters<Ceph['command']>[0], ...words: string[]) => toolIn(programs, dir, name, words)
  // Without keys (`auth none`) radosgw waits for five minutes.
  const key = ['--gen-key', '--cap', 'mon', 'allow *', '--cap', 'osd', 'allow *']
  await tool('ceph-authtool', 'keyring', '--create-keyring', '-n', 'mon.', ...key)
  for (const name of ['client.admin', 'client.rgw', 'osd.0']) await tool('ceph-authtool', 'keyring', '-n', name, ...key)
  await tool('monmaptool', '--create', '--fsid', fsid, '--addv', 'a', address, 'monmap')
  await tool('osdmaptool', 'osdmap', '-c', 'ceph.conf', '--createsimple', '1')
  const maps = ['--monmap', 'monmap', '--osdmap', 'osdmap', '--keyring', 'keyring']
  await tool('ceph-mon', '-c', 'ceph.conf', '--mkfs', '-i', 'a', ...maps)
  await tool('ceph-osd', '-c', 'ceph.conf', '--mkfs', '-i', '0', '--osd-uuid', randomUUID(), '--no-mon-config')
}

function confOf(
  { root, libraries }: Ceph,
  dir: string,
  { fsid, address, port }: { fsid: string; address: string; port: number },
): string {
  const all = {
    ...{ fsid, 'mon host': address, 'public addr': '127.0.0.1', 'cluster addr': '127.0.0.1' },
    ...{ keyring: join(dir, 'keyring'), 'run dir': dir, 'admin socket': '', 'pid file': '' },
    ...{
      'log file': join(dir, '$name.log'),
      'mon cluster log file': join(dir, 'cluster.log'),
      'log to stderr': 'false',
    },
    ...{ 'mon data': join(dir, 'mon'), 'osd data': join(dir, 'osd'), 'rgw data': join(dir, 'rgw') },
    ...{ 'osd pool default size': 1, 'osd pool default min size': 1, 'osd pool default pg num': 1 },
    ...{
      'osd pool default pg autoscale mode': 'off',
      'mon allow pool size one': 'true',
      'osd crush chooseleaf type': 0,
    },
    ...{ 'osd objectstore': 'memstore', 'memstore device bytes': storeBytes },
    ...{ 'osd class dir': join(libraries, 'rados-classes'), 'plugin dir': join(libraries, 'ceph') },
    ...{ 'erasure code dir': join(libraries, 'ceph', 'erasure-code'), 'osd erasure code plugins': '' },
    // The disk of the machine is not looked at: next to nothing is written there.
    ...{ 'mon data avail crit': 0, 'mon data avail warn': 0 },
    // One monitor has nobody to wait for.
    ...{ 'paxos propose interval': 0.05, 'paxos min wait': 0.01 },
    ...{ 'rgw frontends': `beast endpoint=127.0.0.1:${port}`, 'rgw bucket quota ttl': 0 },
    // Mime types of this machine are of no use here; the file must be there.
    'rgw mime types file': join(root, 'packages'),
  }
  return `[global]\n${Object.entries(all)
    .map(([name, value]) => `${name} = ${value}\n`)
    .join('')}`
}

async function toolIn(
  programs: Ceph,
  dir: string,
  name: Parameters<Ceph['command']>[0],
  words: readonly string[],
): Promise<void> {
  const [loader, ...before] = programs.command(name)
  await run(loader, [...before, ...words], { cwd: dir, env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', HOME: dir } })
}

async function answers(endpoint: string, dir: string): Promise<void> {
  const deadline = Date.now() + startLimitMs
  for (;;) {
    const answer = await fetch(endpoint, { signal: AbortSignal.timeout(5000) }).catch(() => undefined)
    await answer?.body?.cancel()
    if (answer?.ok) return
    if (Date.now() > deadline) {
      const said = await Promise.all(
        ['0.out', '1.out', '2.out'].map((name) => readFile(join(dir, name), 'utf8').catch(() => '')),
      )
      throw new Error(`radosgw is not ready: ${said.join('\n')}`)
    }
    await wait(100)
  }
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`
}
