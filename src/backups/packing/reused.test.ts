import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import test, { after, before } from 'node:test'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { debianTool } from '../../../scripts/provision/debian-tool.ts'
import { inPieces, type PackingWorld, packingWorld, rowsOf } from '../../../test/support/packing.ts'
import { randomFrom } from '../../../test/support/random-from.ts'
import { checkPart } from './check-part.ts'
import { packPart } from './pack-part.ts'
import { packReused } from './pack-reused.ts'
import { objectsOf, type PackedPart, storedBytesOf, wholeBytesOf } from './packed-part.ts'
import { partByHand } from './part-by-hand.ts'
import type { Reused } from './ranges.ts'
import { unpackPart } from './unpack-part.ts'

const monday = Buffer.from(rowsOf(randomFrom(17), 4000).join(''))
/** What was new on the next day. */
const tuesday = Buffer.from(rowsOf(randomFrom(18), 1000).join(''))
const streams = [monday, tuesday]

let world: PackingWorld
let base: PackedPart
let later: ReadonlyMap<string, PackedPart>

before(async () => {
  world = await packingWorld()
  base = await packPart(inPieces(monday), { ...world.options, folder: 'a/monday' })
  const day = await packReused(inOrder([tuesday, { stream: 0, at: 0, bytes: 1 }]), {
    ...{ ...world.options, folder: 'a/tuesday', base: { backup: 'monday', part: base }, later: [] },
  })
  later = new Map([['tuesday', day]])
})
after(async () => {
  await world?.close()
})

type Given = Uint8Array | Reused
const bytesOf = (given: readonly Given[]): Buffer =>
  Buffer.concat(
    given.map((one) =>
      one instanceof Uint8Array ? one : (streams[one.stream]?.subarray(one.at, one.at + one.bytes) ?? assert.fail()),
    ),
  )
async function* inOrder(given: readonly Given[]): AsyncGenerator<Given> {
  yield* given
}
const packed = (given: readonly Given[], folder = 'a/wednesday'): Promise<PackedPart> =>
  packReused(inOrder(given), { ...world.options, folder, base: { backup: 'monday', part: base }, later: ['tuesday'] })
async function unpacked(part: PackedPart, under: PackedPart | undefined = base): Promise<Buffer> {
  const { ctx, repository, scratch } = world
  const pieces = []
  const options = { ctx, repository, scratch, identities: [], later, ...(under !== undefined && { base: under }) }
  for await (const piece of unpackPart(part, options)) pieces.push(piece)
  return Buffer.concat(pieces)
}
const literal = (text: string): Buffer => Buffer.from(text)
const usual: readonly Given[] = [
  literal('a new first row\n'),
  { stream: 0, at: 0, bytes: 70_000 },
  { stream: 0, at: 70_000, bytes: 512 },
  literal('changed\n'),
  literal('and so is this\n'),
  { stream: 1, at: 5, bytes: 20_000 },
  { stream: 0, at: 90_001, bytes: 1 },
  { stream: 1, at: 40_000, bytes: 7 },
  { stream: 0, at: 100_000, bytes: monday.length - 100_000 },
  literal('the end\n'),
]

test('whatever is taken from the base, and wherever new bytes stand between, the whole comes back', async () => {
  const piece = fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 3000 }),
    fc.record({ stream: fc.nat(1), skip: fc.nat(40_000), bytes: fc.integer({ min: 1, max: 60_000 }) }),
  )
  let count = 0
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async (wanted) => {
      const ends = [0, 0]
      const given = wanted.flatMap((one): Given[] => {
        if (one instanceof Uint8Array) return [one]
        const { stream } = one
        const at = (ends[stream] ?? 0) + one.skip
        const bytes = Math.min(one.bytes, (streams[stream]?.length ?? 0) - at)
        if (bytes <= 0) return []
        ends[stream] = at + bytes
        return [{ stream, at, bytes }]
      })
      const part = await packed(given, `property/${count++}`)
      const whole = bytesOf(given)
      assert.equal(wholeBytesOf(part), whole.length)
      assert.ok((await unpacked(part)).equals(whole))
      const reuses = given.some((one) => !(one instanceof Uint8Array))
      assert.equal(part.base, reuses ? 'monday' : null)
    }),
    { numRuns: 30 },
  )
})

test('only what is new is stored, and how the whole is put together', async () => {
  const part = await packed(usual)
  assert.ok(storedBytesOf(part) < 400, String(storedBytesOf(part)))
  assert.deepEqual(
    objectsOf(part).map(({ path }) => path),
    ['a/wednesday/000001.zst', 'a/wednesday/ranges.zst'],
  )
  await checkPart(part, world.repository)
})

test('standard tools put it together, and fail when something is missing', async () => {
  const part = await packed(usual)
  const place = await mkdtemp(join(tmpdir(), 'vigie-reused-'))
  try {
    for (const [path, bytes] of world.repository.objects) {
      await mkdir(dirname(join(place, path)), { recursive: true })
      await writeFile(join(place, path), bytes)
    }
    const PATH = [dirname(await debianTool('zstd', 'usr/bin/zstd')), '/usr/bin', '/bin'].join(':')
    const made = async (file: string): Promise<Buffer> => {
      const lines = partByHand({ packed: part, base, later, file, fileOf: (object) => `./${object}` })
      await promisify(execFile)('/bin/sh', ['-c', ['set -eu', ...lines].join('\n')], { cwd: place, env: { PATH } })
      return readFile(join(place, file))
    }
    for (const file of ['tree.tar', 'it\'s a $(dump) "of" `me`; -x\n', '-rf'])
      assert.ok((await made(file)).equals(bytesOf(usual)), JSON.stringify(file))
    const ranges = part.reused?.ranges.object ?? ''
    await writeFile(join(place, ranges), world.repository.objects.get(objectsOf(part)[0]?.path ?? '') ?? '')
    await assert.rejects(made('hurt.tar'), /hurt\.tar is not what was backed up/)
  } finally {
    await rm(place, { recursive: true, force: true })
  }
})

test('a byte that changed in the ranges, in what is new or in the base is found before the end is given', async () => {
  const part = await packed(usual, 'a/hurt')
  const [day] = later.values()
  assert.ok(day !== undefined)
  // How the day itself is put together is nothing to those that use what was new in it.
  const used = objectsOf(day).filter(({ path }) => !path.includes('ranges'))
  for (const { path } of [...objectsOf(part), ...objectsOf(base), ...used]) {
    const whole = world.repository.objects.get(path) ?? Buffer.alloc(0)
    const changed = Buffer.from(whole)
    changed[changed.length >> 1] = (changed[changed.length >> 1] ?? 0) ^ 4
    for (const [bytes, failure] of [
      [changed, 'checksum'],
      [whole.subarray(0, whole.length - 3), 'truncated'],
    ] as const) {
      world.repository.objects.set(path, bytes)
      await assert.rejects(unpacked(part), { failure }, path)
    }
    world.repository.objects.set(path, whole)
  }
  assert.ok((await unpacked(part)).equals(bytesOf(usual)))
})

test('without its base, or with ranges that do not fit, it is refused', async () => {
  const part = await packed(usual, 'a/refused')
  await assert.rejects(unpacked(part, { ...base, base: 'sunday' }), { failure: 'manifest-missing' })
  await assert.rejects(unpacked({ ...part, reused: part.reused && { ...part.reused, from: ['gone'] } }), {
    failure: 'manifest-missing',
  })
  const other = await packPart(inPieces(monday.subarray(0, 80_000)), { ...world.options, folder: 'a/short' })
  await assert.rejects(unpacked(part, other), { failure: 'checksum' })
  for (const text of [
    'base 5 5\nbase 4 1\n',
    'new 0 9999999\n',
    '2 0 1\n',
    '1 0 9999999\n',
    'old 0 1\n',
    'base 1 0\n',
    'base 0 5',
    'base 0 5\n',
  ]) {
    const ranges = await packPart(inPieces(Buffer.from(text)), { ...world.options, folder: 'a/forged' })
    const [segment] = ranges.segments
    assert.ok(segment !== undefined && part.reused !== undefined)
    await assert.rejects(
      unpacked({ ...part, reused: { ...part.reused, ranges: segment } }),
      { failure: 'checksum' },
      text,
    )
  }
})
