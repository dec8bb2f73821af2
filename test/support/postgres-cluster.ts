import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, chown, mkdir, mkdtemp, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { makeCluster, unprivilegedUser } from '../../src/platform/embedded-postgres.ts'
import { crc32c } from './crc32c.ts'

const run = promisify(execFile)
const made = join(import.meta.dirname, '..', '..', '.artifacts', 'provision', 'clusters')

/**
 * Fills a folder with a cluster of the major: a copy of one that is made once, with an identity of its own, since `initdb`
 * takes ten times as much. Gives the password of its user `postgres`.
 */
export async function fillCluster(native: string, major: number, data: string): Promise<string> {
  const model = join(made, `${major}-${process.getuid?.() ?? 0}`)
  const known = await passwordOf(model)
  const password = known ?? (await makeModel(native, model))
  await run('cp', ['-a', join(model, 'data'), data])
  await giveIdentity(data)
  return password
}

function passwordOf(model: string): Promise<string | undefined> {
  return readFile(join(model, 'password'), 'utf8').catch(() => undefined)
}

/** Made beside and put in place whole: of several that make it at once, one wins. */
async function makeModel(native: string, model: string): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'vigie-cluster-'))
  const owner = await unprivilegedUser()
  if (owner !== undefined) await chown(dir, owner.uid, owner.gid)
  await chmod(dir, 0o700)
  try {
    const password = await makeCluster(native, join(dir, 'data'))
    await mkdir(made, { recursive: true })
    const draft = await mkdtemp(`${model}.`)
    await run('cp', ['-a', join(dir, 'data'), draft])
    await writeFile(join(draft, 'password'), password, { mode: 0o600 })
    await rename(draft, model).catch(() => rm(draft, { recursive: true, force: true }))
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
  const password = await passwordOf(model)
  if (password === undefined) throw new Error(`no cluster could be kept in ${model}`)
  return password
}

/** Vigie knows servers by their system identifier: two of a test must not have the same. */
async function giveIdentity(data: string): Promise<void> {
  const identity = randomBytes(8)
  // As PostgreSQL makes it from the clock, it is never negative.
  identity.writeUInt8(identity.readUInt8(7) & 0x7f, 7)
  const control = join(data, 'global', 'pg_control')
  const bytes = await readFile(control)
  const end = sumAt(bytes)
  identity.copy(bytes, 0)
  bytes.writeUInt32LE(crc32c(bytes.subarray(0, end)), end)
  await overwrite(control, bytes, 0)
  const log = join(data, 'pg_wal')
  const segments = (await readdir(log)).filter((name) => /^[0-9A-F]{24}$/.test(name))
  // `xlp_sysid` of the long header of a segment's first page (access/xlog_internal.h).
  for (const segment of segments) await overwrite(join(log, segment), identity, 24)
}

/** Where the checksum of `ControlFileData` stands, its last member: each major has it elsewhere. */
function sumAt(bytes: Buffer): number {
  for (let at = 200; at < 400; at += 4) if (bytes.readUInt32LE(at) === crc32c(bytes.subarray(0, at))) return at
  throw new Error('no checksum was found in pg_control')
}

async function overwrite(file: string, bytes: Buffer, at: number): Promise<void> {
  const opened = await open(file, 'r+')
  try {
    await opened.write(bytes, 0, bytes.length, at)
  } finally {
    await opened.close()
  }
}
