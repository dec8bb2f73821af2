import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import test, { after, before } from 'node:test'
import { promisify } from 'node:util'
import { debianTool } from '../../../scripts/provision/debian-tool.ts'
import { changedRows, inPieces, type PackingWorld, packingWorld, rowsOf } from '../../../test/support/packing.ts'
import { randomFrom } from '../../../test/support/random-from.ts'
import { packPart } from './pack-part.ts'
import { type ByHand, partByHand } from './part-by-hand.ts'

const run = promisify(execFile)
const random = randomFrom(41)
const rows = rowsOf(random, 6000)
const monday = Buffer.from(rows.join(''))
const tuesday = Buffer.from(changedRows(random, rows, 30).join(''))
const hostile = 'it\'s a $(dump) "of" `me`; -x\n'

let world: PackingWorld
let place: string

before(async () => {
  world = await packingWorld({ programs: ['zstd', 'age'] })
  place = await mkdtemp(join(tmpdir(), 'vigie-by-hand-'))
})
after(async () => {
  await world?.close()
  if (place !== undefined) await rm(place, { recursive: true, force: true })
})

/** Writes the objects as files, and lets a shell put the part together from them. */
async function byHand(
  part: Omit<ByHand, 'fileOf' | 'file'>,
  file: string,
  env: Record<string, string> = {},
): Promise<Buffer> {
  for (const [path, bytes] of world.repository.objects) {
    await mkdir(dirname(join(place, path)), { recursive: true })
    await writeFile(join(place, path), bytes)
  }
  const lines = partByHand({ ...part, file, fileOf: (object) => `./${object}` })
  const programs = [await debianTool('zstd', 'usr/bin/zstd'), await debianTool('age', 'usr/bin/age')]
  const PATH = [...programs.map(dirname), '/usr/bin', '/bin'].join(':')
  await run('/bin/sh', ['-c', ['set -eu', ...lines].join('\n')], { cwd: place, env: { PATH, ...env } })
  return readFile(join(place, file))
}

test('standard tools make the file of a full part, whatever it is called', async () => {
  const packed = await packPart(inPieces(monday), { ...world.options, folder: 'a/full' })
  for (const file of ['database.dump', hostile, '-rf'])
    assert.ok((await byHand({ packed }, file)).equals(monday), JSON.stringify(file))
})

test('standard tools make the file of a part that is a difference, with pointers and moved boundaries in it', async () => {
  const base = await packPart(inPieces(monday), { ...world.options, folder: 'a/base' })
  const options = { ...world.options, folder: 'a/day', base: { backup: 'base', part: base } }
  const many = Buffer.from(changedRows(randomFrom(5), rows, 300).join(''))
  for (const bytes of [tuesday, many, Buffer.concat([monday, Buffer.from('one more row\n')])]) {
    const packed = await packPart(inPieces(bytes), options)
    assert.equal(packed.base, 'base')
    for (const file of ['day.dump', hostile]) assert.ok((await byHand({ packed, base }, file)).equals(bytes))
  }
})

test('standard tools make the file of an encrypted part, and of one of nothing', async () => {
  const { stdout } = await run(await debianTool('age', 'usr/bin/age-keygen'))
  const key = join(place, 'my key.txt')
  await writeFile(key, stdout)
  const recipients = [/public key: (age1\w+)/.exec(stdout)?.[1] ?? '']
  const packed = await packPart(inPieces(monday), { ...world.options, folder: 'a/secret', recipients })
  assert.ok((await byHand({ packed }, 'secret.dump', { AGE_IDENTITY: key })).equals(monday))
  const empty = await packPart(inPieces(Buffer.alloc(0)), { ...world.options, folder: 'a/empty' })
  assert.equal((await byHand({ packed: empty }, 'empty.dump')).length, 0)
})

test('the lines fail when an object has changed or is gone', async () => {
  const packed = await packPart(inPieces(monday), { ...world.options, folder: 'a/hurt' })
  const path = packed.segments[1]?.object ?? ''
  world.repository.objects.set(path, world.repository.objects.get(packed.segments[2]?.object ?? '') ?? Buffer.alloc(0))
  await assert.rejects(byHand({ packed }, 'hurt.dump'), /hurt\.dump is not what was backed up/)
  world.repository.objects.delete(path)
  await rm(join(place, path))
  await assert.rejects(byHand({ packed }, 'hurt.dump'), /000002\.zst/)
})
