import assert from 'node:assert/strict'
import test, { after, before } from 'node:test'
import fc from 'fast-check'
import { changedRows, inPieces, type PackingWorld, packingWorld, rowsOf } from '../../../test/support/packing.ts'
import { randomFrom } from '../../../test/support/random-from.ts'
import { BackupError, type BackupFailure } from '../../core/backup.ts'
import { packPart } from './pack-part.ts'
import { objectsOf, type PackedPart } from './packed-part.ts'
import { unpackPart } from './unpack-part.ts'

const random = randomFrom(23)
const rows = rowsOf(random, 2000)
const monday = Buffer.from(rows.join(''))
const tuesday = Buffer.from(changedRows(random, rows, 15).join(''))

let world: PackingWorld
let full: PackedPart
let day: PackedPart

before(async () => {
  world = await packingWorld()
  full = await packPart(inPieces(monday), { ...world.options, folder: 'full' })
  day = await packPart(inPieces(tuesday), { ...world.options, folder: 'day', base: { backup: 'full', part: full } })
  assert.equal(day.base, 'full')
})
after(() => world?.close())

/** How reading ended; whether the consumer had taken everything before it. */
async function reading(
  part: PackedPart,
  base?: PackedPart,
): Promise<{ failure: BackupFailure | 'none'; bytes: number }> {
  const { ctx, repository, scratch } = world
  let bytes = 0
  try {
    const options = { ctx, repository, scratch, identities: [], ...(base !== undefined && { base }) }
    for await (const piece of unpackPart(part, options)) bytes += piece.length
    return { failure: 'none', bytes }
  } catch (error) {
    assert.ok(error instanceof BackupError, String(error))
    return { failure: error.failure, bytes }
  }
}

async function withObject<T>(path: string, bytes: Buffer | undefined, work: () => Promise<T>): Promise<T> {
  const { objects } = world.repository
  const kept = objects.get(path)
  assert.ok(kept)
  try {
    if (bytes === undefined) objects.delete(path)
    else objects.set(path, bytes)
    return await work()
  } finally {
    objects.set(path, kept)
  }
}

test('a flipped bit anywhere in any object is found before the last byte was given', async () => {
  const places = [
    ...objectsOf(full).map(({ path }) => ({ path, part: full, base: undefined })),
    ...objectsOf(day).map(({ path }) => ({ path, part: day, base: full })),
  ]
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...places),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      fc.integer({ min: 0, max: 7 }),
      async ({ path, part, base }, where, bit) => {
        const bytes = Buffer.from(world.repository.objects.get(path) ?? '')
        const at = Math.floor(where * bytes.length)
        bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << bit), at)
        const { failure, bytes: taken } = await withObject(path, bytes, () => reading(part, base))
        assert.equal(failure, 'checksum', `${path} at ${at}, bit ${bit}`)
        assert.ok(taken < part.bytes)
      },
    ),
    { numRuns: 60 },
  )
})

test('a flipped bit in the full backup is found when a difference to it is read', async () => {
  const path = full.segments[2]?.object ?? ''
  const bytes = Buffer.from(world.repository.objects.get(path) ?? '')
  bytes.writeUInt8(bytes.readUInt8(100) ^ 1, 100)
  assert.equal((await withObject(path, bytes, () => reading(day, full))).failure, 'checksum')
})

test('an object that is cut at any place, or gone, is told as truncated', async () => {
  const { objects } = world.repository
  for (const [part, base] of [[full], [day, full]] as const) {
    const path = objectsOf(part).at(-1)?.path ?? ''
    const whole = objects.get(path) ?? Buffer.alloc(0)
    for (const length of [0, 1, whole.length >> 1, whole.length - 4, whole.length - 1])
      assert.equal((await withObject(path, whole.subarray(0, length), () => reading(part, base))).failure, 'truncated')
    assert.equal((await withObject(path, undefined, () => reading(part, base))).failure, 'truncated')
  }
})

test('bytes behind the end of an object, garbage or another frame, are no clean end', async () => {
  const [first, second] = objectsOf(full).map(({ path }) => path)
  const whole = world.repository.objects.get(first ?? '') ?? Buffer.alloc(0)
  for (const more of [Buffer.from('x'), world.repository.objects.get(second ?? '') ?? Buffer.alloc(0)])
    assert.equal((await withObject(first ?? '', Buffer.concat([whole, more]), () => reading(full))).failure, 'checksum')
})

test('objects that changed places, and a manifest that leaves a segment out, are no clean end', async () => {
  const [one, two] = [full.segments[0], full.segments[1]]
  assert.ok(one && two)
  const swapped = { ...full, segments: [two, one, ...full.segments.slice(2)] }
  assert.equal((await reading(swapped)).failure, 'checksum')
  assert.equal((await reading({ ...full, segments: full.segments.slice(0, -1) })).failure, 'checksum')
  assert.equal((await reading({ ...full, segments: [] })).failure, 'checksum')
})

test('no more than the manifest says is ever given, whatever an object unpacks to', async () => {
  const bomb = await packPart(inPieces(Buffer.alloc(30_000_000)), {
    ...world.options,
    folder: 'bomb',
    sizes: { min: 10, aim: 40_000_000, max: 50_000_000 },
  })
  const said = { ...bomb, bytes: 1000, segments: bomb.segments.map((one) => ({ ...one, bytes: 1000 })) }
  const { failure, bytes } = await reading(said)
  assert.equal(failure, 'checksum')
  assert.ok(bytes <= 1000)
})

test('a difference without its full backup, or with another one, names what is missing', async () => {
  assert.equal((await reading(day)).failure, 'manifest-missing')
  const other = { ...full, segments: full.segments.slice(1) }
  const { failure } = await reading(day, other)
  assert.ok(failure === 'manifest-missing' || failure === 'checksum', failure)
})
