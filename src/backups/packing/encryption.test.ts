import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import test, { after, before } from 'node:test'
import { promisify } from 'node:util'
import { debianTool } from '../../../scripts/provision/debian-tool.ts'
import { gathered, inPieces, type PackingWorld, packingWorld, rowsOf } from '../../../test/support/packing.ts'
import { randomFrom } from '../../../test/support/random-from.ts'
import { packPart } from './pack-part.ts'
import type { PackedPart } from './packed-part.ts'
import { unpackPart } from './unpack-part.ts'
import { canRead } from './unpack-segments.ts'

const run = promisify(execFile)
const dump = Buffer.from(rowsOf(randomFrom(31), 3000).join(''))

let byProgram: PackingWorld
let byLibrary: PackingWorld
let mine: { readonly identity: string; readonly recipient: string }
let other: typeof mine

before(async () => {
  byProgram = await packingWorld({ programs: ['zstd', 'age'] })
  byLibrary = await packingWorld({ programs: ['zstd'] })
  mine = await newKey()
  other = await newKey()
})
after(async () => {
  await byProgram?.close()
  await byLibrary?.close()
})

async function newKey(): Promise<typeof mine> {
  const { stdout } = await run(await debianTool('age', 'usr/bin/age-keygen'))
  return { identity: stdout, recipient: /public key: (age1\w+)/.exec(stdout)?.[1] ?? '' }
}

function pack({ options }: PackingWorld, folder: string, recipients = [mine.recipient]): Promise<PackedPart> {
  return packPart(inPieces(dump), { ...options, folder, recipients })
}

function unpack(world: PackingWorld, part: PackedPart, identities: readonly string[], from = world): Promise<Buffer> {
  const { ctx, scratch } = world
  return gathered(unpackPart(part, { ctx, repository: from.repository, scratch, identities }))
}

test('what the program encrypts the library reads, and the other way round', async () => {
  const worlds = [byProgram, byLibrary]
  for (const writer of worlds) {
    const part = await pack(writer, 'kept')
    assert.equal(part.encryption, 'age')
    assert.ok(part.segments.every(({ object }) => object?.endsWith('.zst.age')))
    for (const bytes of writer.repository.objects.values())
      assert.ok(bytes.toString('latin1').startsWith('age-encryption.org/v1\n'))
    for (const reader of worlds) {
      assert.ok((await unpack(reader, part, [other.identity, mine.identity], writer)).equals(dump))
      assert.deepEqual(await readdir(reader.scratch), [])
    }
  }
})

test('every recipient can read, and nobody else: a wrong key is told as such, by program and library', async () => {
  for (const world of [byProgram, byLibrary]) {
    const part = await pack(world, 'two', [mine.recipient, other.recipient])
    assert.ok((await unpack(world, part, [other.identity])).equals(dump))
    const stranger = await newKey()
    await assert.rejects(unpack(world, part, [stranger.identity]), { failure: 'wrong-key', code: 'backup-failed' })
    await assert.rejects(unpack(world, part, ['AGE-SECRET-KEY-1QQQQ']), { failure: 'wrong-key' })
    assert.deepEqual([canRead(part, []), canRead(part, [mine.identity])], [false, true])
    await assert.rejects(unpack(world, part, []), { failure: 'wrong-key' })
  }
})

test('a flipped byte, a cut and another object are told as what they are, not as a wrong key', async () => {
  for (const world of [byProgram, byLibrary]) {
    const part = await pack(world, 'damaged')
    const path = part.segments[0]?.object ?? ''
    const { objects } = world.repository
    const whole = objects.get(path) ?? Buffer.alloc(0)
    for (const at of [0, 30, 120, 200, whole.length >> 1, whole.length - 1]) {
      const bytes = Buffer.from(whole)
      bytes.writeUInt8(bytes.readUInt8(at) ^ 4, at)
      objects.set(path, bytes)
      await assert.rejects(unpack(world, part, [mine.identity]), { failure: 'checksum' }, `byte ${at}`)
    }
    objects.set(path, whole.subarray(0, whole.length - 100))
    await assert.rejects(unpack(world, part, [mine.identity]), { failure: 'truncated' })
    objects.set(path, whole)
    assert.ok((await unpack(world, part, [mine.identity])).equals(dump))
  }
})

test('an encrypted part is never a difference', async () => {
  const base = await packPart(inPieces(dump), { ...byProgram.options, folder: 'plain' })
  const options = { ...byProgram.options, folder: 'secret', recipients: [mine.recipient] }
  const part = await packPart(inPieces(dump), { ...options, base: { backup: 'plain', part: base } })
  assert.deepEqual([part.base, part.encryption], [null, 'age'])
})

test('keys of SSH are taken with the program, and need it', async () => {
  const recipient = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl me@home'
  const part = await pack(byProgram, 'ssh', [recipient])
  assert.equal(part.encryption, 'age')
  await assert.rejects(pack(byLibrary, 'ssh', [recipient]), { code: 'tool-missing' })
  for (const wrong of ['--help', 'age1short', '', `${mine.recipient}x`, 'age1pq1qqqq'])
    await assert.rejects(pack(byProgram, 'wrong', [wrong]), { code: 'usage' })
})

test('a private key stands on no command line, and in a file of our own only while it is needed', async () => {
  const part = await pack(byProgram, 'private')
  const { ctx, repository, scratch, commands } = byProgram
  let seen = 0
  for await (const _ of unpackPart(part, { ctx, repository, scratch, identities: [mine.identity] }))
    for (const name of await readdir(scratch, { recursive: true })) {
      if (!name.includes('identity')) continue
      seen++
      assert.equal((await stat(join(scratch, name))).mode & 0o777, 0o600)
    }
  assert.ok(seen > 0)
  assert.deepEqual(await readdir(scratch), [])
  assert.ok(commands.some((one) => one.startsWith('age --decrypt')))
  assert.ok(commands.every((one) => !one.includes('SECRET-KEY')))
})
