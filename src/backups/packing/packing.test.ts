import assert from 'node:assert/strict'
import { chmod, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { after, before } from 'node:test'
import { debianTool } from '../../../scripts/provision/debian-tool.ts'
import {
  changedRows,
  gathered,
  inPieces,
  type PackingWorld,
  packingWorld,
  rowsOf,
} from '../../../test/support/packing.ts'
import { randomFrom } from '../../../test/support/random-from.ts'
import type { Text } from '../../core/message.ts'
import { type PackOptions, packPart } from './pack-part.ts'
import { type PackedPart, packedPartSchema, storedBytesOf } from './packed-part.ts'
import { unpackPart } from './unpack-part.ts'

const random = randomFrom(11)
const rows = rowsOf(random, 10_000)
const monday = Buffer.from(rows.join(''))
const tuesday = Buffer.from(changedRows(random, rows, 40).join(''))

let world: PackingWorld
let full: PackedPart

before(async () => {
  world = await packingWorld()
  full = await pack(monday, 'full')
})
after(() => world?.close())

function pack(bytes: Uint8Array, folder: string, more: Partial<PackOptions> = {}): Promise<PackedPart> {
  return packPart(inPieces(bytes), { ...world.options, folder, ...more })
}

async function unpack(part: PackedPart, base?: PackedPart): Promise<Buffer> {
  const { ctx, repository, scratch } = world
  return gathered(unpackPart(part, { ctx, repository, scratch, identities: [], ...(base !== undefined && { base }) }))
}

test('a part comes back byte for byte, and its scratch folder is left empty', async () => {
  assert.deepEqual(packedPartSchema.parse(full), full)
  assert.equal(full.bytes, monday.length)
  assert.ok(full.segments.length > 10)
  assert.ok(storedBytesOf(full) < monday.length)
  assert.ok((await unpack(full)).equals(monday))
  assert.deepEqual(await readdir(world.scratch), [])
})

test('parts of nothing, of one byte and of zeros come back', async () => {
  for (const bytes of [Buffer.alloc(0), Buffer.from('x'), Buffer.alloc(300_000)]) {
    const part = await pack(bytes, `small-${bytes.length}`)
    assert.ok((await unpack(part)).equals(bytes))
    const again = await pack(bytes, `small-${bytes.length}-again`, { base: { backup: 'b', part } })
    assert.equal(storedBytesOf(again), 0)
    assert.ok((await unpack(again, part)).equals(bytes))
  }
})

test('what did not change is stored as nothing, and what changed as a difference', async () => {
  const same = await pack(monday, 'same', { base: { backup: 'full', part: full } })
  assert.equal(same.base, 'full')
  assert.equal(storedBytesOf(same), 0)
  assert.ok((await unpack(same, full)).equals(monday))
  const day = await pack(tuesday, 'day', { base: { backup: 'full', part: full } })
  assert.ok(storedBytesOf(day) * 10 < storedBytesOf(full), `${storedBytesOf(day)} of ${storedBytesOf(full)}`)
  assert.ok((await unpack(day, full)).equals(tuesday))
  assert.deepEqual(packedPartSchema.parse(day), day)
  assert.deepEqual(await readdir(world.scratch), [])
})

test('boundaries that moved are found again, by references of two segments too', async () => {
  const many = Buffer.from(changedRows(randomFrom(5), rows, 500).join(''))
  const day = await pack(many, 'many', { base: { backup: 'full', part: full } })
  assert.ok(day.segments.some(({ isJoined }) => isJoined === true))
  assert.ok(storedBytesOf(day) * 3 < storedBytesOf(full), `${storedBytesOf(day)} of ${storedBytesOf(full)}`)
  assert.ok((await unpack(day, full)).equals(many))
})

test('what shares nothing with the full backup is stored by itself, and is a full one then', async () => {
  const other = Buffer.from(rowsOf(randomFrom(99), 3000).join(''))
  const part = await pack(other, 'other', { base: { backup: 'full', part: full } })
  assert.equal(part.base, null)
  assert.ok((await unpack(part)).equals(other))
})

test('without the program zstd a whole copy is made, and says so', async () => {
  const bare = await packingWorld({ programs: [] })
  try {
    const notes: Text[] = []
    const options = { ctx: bare.ctx, base: { backup: 'full', part: full }, note: (one: Text) => void notes.push(one) }
    const part = await pack(tuesday, 'bare', options)
    assert.deepEqual([part.base, notes.map(({ code }) => code)], [null, ['backups.whole-no-zstd']])
    assert.ok((await unpack(part)).equals(tuesday))
    const day = await pack(tuesday, 'day-2', { base: { backup: 'full', part: full } })
    const { repository, scratch } = world
    const reading = unpackPart(day, { ctx: bare.ctx, repository, scratch, identities: [], base: full })
    await assert.rejects(gathered(reading), { code: 'tool-missing' })
  } finally {
    await bare.close()
  }
})

test('with a zstd that is too old a whole copy is made, and says so', async () => {
  const folder = join(world.scratch, 'old-zstd')
  await mkdir(folder)
  const real = await debianTool('zstd', 'usr/bin/zstd')
  const script = `#!/bin/sh\n[ "$1" = --version ] && echo '*** zstd command line interface 64-bits v1.4.4, by Yann Collet ***' && exit\nexec ${real} "$@"\n`
  await writeFile(join(folder, 'zstd'), script)
  await chmod(join(folder, 'zstd'), 0o755)
  const old = await packingWorld({ programs: [], also: [folder] })
  try {
    const notes: Text[] = []
    const options = { ctx: old.ctx, base: { backup: 'full', part: full }, note: (one: Text) => void notes.push(one) }
    const part = await pack(tuesday, 'old', options)
    assert.deepEqual([part.base, notes], [null, [{ code: 'backups.whole-old-zstd', params: { version: '1.4.4' } }]])
    assert.ok((await unpack(part)).equals(tuesday))
  } finally {
    await old.close()
    await rm(folder, { recursive: true })
  }
})

test('an object that the full backup has lost, or that has changed, is not built on', async () => {
  const [lost, changed] = [full.segments[1]?.object ?? '', full.segments[2]?.object ?? '']
  const kept = new Map(world.repository.objects)
  const notes: Text[] = []
  try {
    world.repository.objects.delete(lost)
    world.repository.objects.set(changed, Buffer.alloc(kept.get(changed)?.length ?? 0))
    const part = await pack(tuesday, 'on-damaged', {
      base: { backup: 'full', part: full },
      note: (one) => void notes.push(one),
    })
    assert.ok(notes.length > 0 && notes.every(({ code }) => code === 'backups.reference-unusable'))
    assert.ok((await unpack(part, full)).equals(tuesday))
  } finally {
    for (const [path, bytes] of kept) world.repository.objects.set(path, bytes)
  }
})

test('a source that fails, and a place that refuses, end the packing with their own error and leave nothing running', async () => {
  for (const base of [undefined, { backup: 'full', part: full }]) {
    const broken = async function* (): AsyncGenerator<Uint8Array> {
      yield* inPieces(tuesday.subarray(0, 200_000))
      throw new Error('the dump stopped')
    }
    const options = { ...world.options, folder: 'broken', ...(base && { base }) }
    await assert.rejects(packPart(broken(), options), /the dump stopped/)
    let isEnded = false
    const endless = async function* (): AsyncGenerator<Uint8Array> {
      try {
        const random = randomFrom(3)
        for (;;) yield Buffer.alloc(20_000).map(() => random() * 256)
      } finally {
        isEnded = true
      }
    }
    const full = { ...world.repository, put: () => Promise.reject(new Error('the place is full')) }
    await assert.rejects(packPart(endless(), { ...options, repository: full }), /the place is full/)
    assert.ok(isEnded)
    assert.deepEqual(await readdir(world.scratch), [])
  }
})

test('a source whose packing cannot even begin is ended too', async () => {
  let isEnded = false
  const source = async function* (): AsyncGenerator<Uint8Array> {
    try {
      for (;;) yield Buffer.alloc(1000)
    } finally {
      isEnded = true
    }
  }
  const options = { ...world.options, folder: 'never', recipients: ['no key'] }
  await assert.rejects(packPart(source(), options), { code: 'usage' })
  assert.ok(isEnded)
})
