import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { gathered, inPieces, rowsOf, smallSizes } from '../../../test/support/packing.ts'
import { randomFrom } from '../../../test/support/random-from.ts'
import { cutSegments } from './cut-segments.ts'

async function cut(bytes: Uint8Array, pieceBytes = 5000): Promise<readonly Buffer[]> {
  const segments = []
  for await (const segment of cutSegments(inPieces(bytes, pieceBytes), smallSizes))
    segments.push(await gathered(segment))
  return segments
}

const anyBytes = fc.oneof(
  fc.integer().map((seed) => Buffer.from(rowsOf(randomFrom(seed), 3000).join(''))),
  fc.record({ seed: fc.integer(), length: fc.integer({ min: 0, max: 100_000 }) }).map(({ seed, length }) => {
    const random = randomFrom(seed)
    return Buffer.alloc(length).map(() => random() * 256)
  }),
  fc
    .record({ byte: fc.integer({ min: 0, max: 255 }), length: fc.integer({ min: 0, max: 100_000 }) })
    .map(({ byte, length }) => Buffer.alloc(length, byte)),
)

test('segments put together are the stream, however it came in pieces, and none is too short or too long', async () => {
  await fc.assert(
    fc.asyncProperty(anyBytes, fc.constantFrom(3, 100, 4096, 65_536), async (bytes, pieceBytes) => {
      const segments = await cut(bytes, pieceBytes)
      assert.ok(Buffer.concat(segments).equals(bytes))
      assert.deepEqual(
        segments.map(({ length }) => length),
        (await cut(bytes, 1_000_000)).map(({ length }) => length),
      )
      for (const [index, { length }] of segments.entries()) {
        assert.ok(length > 0 && length <= smallSizes.max)
        assert.ok(length >= smallSizes.min || index === segments.length - 1)
      }
    }),
    { numRuns: 30 },
  )
})

test('an insertion or a deletion anywhere leaves all but a few segments alike', async () => {
  const bytes = Buffer.from(rowsOf(randomFrom(7), 40_000).join(''))
  const before = new Set((await cut(bytes)).map((one) => one.toString('latin1')))
  assert.ok(before.size > 100)
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: bytes.length }),
      fc.uint8Array({ minLength: 1, maxLength: 500 }),
      fc.integer({ min: 0, max: 500 }),
      async (at, inserted, removed) => {
        const now = await cut(Buffer.concat([bytes.subarray(0, at), inserted, bytes.subarray(at + removed)]))
        const others = now.filter((one) => !before.has(one.toString('latin1')))
        assert.ok(others.length <= 12, `${others.length} of ${now.length} differ after a change at ${at}`)
      },
    ),
    { numRuns: 30 },
  )
})

test('rows that are padded with spaces are cut by their content too', async () => {
  const rows = Array.from({ length: 20_000 }, (_, id) => `${id}\t1\t0\t${' '.repeat(84)}\n`)
  const segments = await cut(Buffer.from(rows.join('')))
  const longest = segments.filter(({ length }) => length === smallSizes.max).length
  assert.ok(longest * 4 < segments.length, `${longest} of ${segments.length} were cut by their length`)
})
