import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { ExposedSample, NativeHistogram } from './exposed.ts'
import { ExpositionError } from './exposition-error.ts'
import { createProtobufParser } from './protobuf-parser.ts'

type Value = number | bigint | string | Uint8Array | readonly Value[]
const varint = (value: bigint): number[] => {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, value)
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80)
  return [...bytes, Number(rest)]
}
const sint = (value: number): bigint => BigInt.asUintN(64, (BigInt(value) << 1n) ^ (BigInt(value) >> 63n))
/** A number is a double, a bigint a varint, a list a message of [member, value] pairs. */
function encode(fields: readonly (readonly [number, Value])[]): Uint8Array {
  return Buffer.concat(
    fields.map(([number, value]) => {
      const tag = (wire: bigint): number[] => varint((BigInt(number) << 3n) | wire)
      if (typeof value === 'bigint') return Buffer.from([...tag(0n), ...varint(value)])
      if (typeof value === 'number') {
        const double = Buffer.alloc(8)
        double.writeDoubleLE(value)
        return Buffer.concat([Buffer.from(tag(1n)), double])
      }
      const bytes = typeof value === 'string' ? Buffer.from(value) : (value as Uint8Array)
      return Buffer.concat([Buffer.from([...tag(2n), ...varint(BigInt(bytes.length))]), bytes])
    }),
  )
}
const delimited = (message: Uint8Array): Uint8Array =>
  Buffer.concat([Buffer.from(varint(BigInt(message.length))), message])
const label = (name: string, value: string): [number, Uint8Array] => [
  1,
  encode([
    [1, name],
    [2, value],
  ]),
]

function parse(bytes: Uint8Array, piece: number): { samples: ExposedSample[]; native: NativeHistogram[] } {
  const samples: ExposedSample[] = []
  const native: NativeHistogram[] = []
  const parser = createProtobufParser({
    sample: (one) => samples.push(one),
    native: (_family, _labels, histogram) => native.push(histogram),
  })
  for (let at = 0; at < bytes.length; at += piece) parser.push(bytes.subarray(at, at + piece))
  parser.end()
  return { samples, native }
}

const counter = encode([
  [1, 'http_requests_total'],
  [2, 'Requests'],
  [3, 0n],
  [4, encode([label('code', '200'), [3, encode([[1, 7]])], [6, 1700000000000n]])],
])
const histogram = encode([
  [1, 'rpc_seconds'],
  [3, 4n],
  [
    4,
    encode([
      label('route', '/é'),
      [
        7,
        encode([
          [1, 9n],
          [2, 12.5],
          [
            3,
            encode([
              [1, 4n],
              [2, 0.5],
            ]),
          ],
          [5, sint(3)],
          [6, 1e-128],
          [7, 2n],
          [
            12,
            encode([
              [1, sint(-2)],
              [2, 2n],
            ]),
          ],
          [
            12,
            encode([
              [1, sint(3)],
              [2, 1n],
            ]),
          ],
          [13, sint(1)],
          [13, sint(2)],
          [13, Buffer.from(varint(sint(-2)))],
        ]),
      ],
    ]),
  ],
])

describe('a protobuf exposition', () => {
  test('gives the samples that the text would, and native histograms, in pieces of any size', () => {
    const bytes = Buffer.concat([delimited(counter), delimited(histogram)])
    for (const piece of [1, 3, 1000]) {
      const { samples, native } = parse(bytes, piece)
      assert.deepEqual(
        samples.map(({ family, name, labels, value, timestampMs }) => [family.type, name, labels, value, timestampMs]),
        [
          ['counter', 'http_requests_total', { code: '200' }, 7, 1700000000000],
          ['histogram', 'rpc_seconds_sum', { route: '/é' }, 12.5, undefined],
          ['histogram', 'rpc_seconds_bucket', { route: '/é', le: '0.5' }, 4, undefined],
          ['histogram', 'rpc_seconds_bucket', { route: '/é', le: '+Inf' }, 9, undefined],
          ['histogram', 'rpc_seconds_count', { route: '/é' }, 9, undefined],
        ],
      )
      assert.deepEqual(native, [
        {
          ...{ schema: 3, zeroThreshold: 1e-128, zeroCount: 2, count: 9, sum: 12.5 },
          positive: new Map([
            [-2, 1],
            [-1, 3],
            [3, 1],
          ]),
          negative: new Map(),
        },
      ])
    }
  })

  test('that was cut, or whose message is larger than the limit, is refused', () => {
    const bytes = delimited(counter)
    assert.throws(() => parse(bytes.subarray(0, -1), 4), { problem: 'no-end', line: 1 })
    assert.throws(() => parse(Buffer.from(varint(1_000_001n)), 4), { problem: 'line-too-long' })
  })

  test('is read or refused with a place, never anything else', () => {
    const whole = Buffer.concat([delimited(counter), delimited(histogram)])
    const damaged = fc
      .tuple(fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }), fc.nat())
      .map(([changes, cut]) => {
        const bytes = Buffer.from(whole)
        for (const [at, byte] of changes) bytes[at] = byte
        return bytes.subarray(0, whole.length - (cut % 20))
      })
    const noise = fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes))
    fc.assert(
      fc.property(fc.oneof(damaged, noise), (bytes) => {
        try {
          parse(bytes, 9)
        } catch (error) {
          assert.ok(error instanceof ExpositionError, String(error))
        }
      }),
      { numRuns: 3000 },
    )
  })
})
