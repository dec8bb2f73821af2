import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { contentDigest } from './content-digest.ts'

function digestOf(pieces: readonly { readonly at: number; readonly bytes: Uint8Array }[]): string {
  const digest = contentDigest()
  for (const { at, bytes } of pieces) digest.write(at, bytes)
  return digest.end()
}

/** Bytes with long runs of zeros, as files with holes have them. */
const content = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.nat(9000).map((zeros) => new Uint8Array(zeros)),
    ),
    { maxLength: 8 },
  )
  .map((parts) => Buffer.concat(parts))

describe('the digest of the content of a file', () => {
  it('is the same however the bytes are cut into pieces', () => {
    void fc.assert(
      fc.property(content, fc.array(fc.nat(20_000), { maxLength: 10 }), (bytes, cuts) => {
        const places = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).toSorted((a, b) => a - b), bytes.length]
        const pieces = places.slice(1).map((end, index) => {
          const at = places[index] ?? 0
          return { at, bytes: bytes.subarray(at, end) }
        })
        assert.equal(digestOf(pieces), digestOf([{ at: 0, bytes }]))
      }),
    )
  })

  it('is the same when any run of zeros is a hole', () => {
    void fc.assert(
      fc.property(content, (bytes) => {
        const pieces: { at: number; bytes: Uint8Array }[] = []
        let begin = -1
        for (let at = 0; at <= bytes.length; at++) {
          if (at < bytes.length && bytes[at] !== 0) begin = begin < 0 ? at : begin
          else if (begin >= 0) {
            pieces.push({ at: begin, bytes: bytes.subarray(begin, at) })
            begin = -1
          }
        }
        assert.equal(digestOf(pieces), digestOf([{ at: 0, bytes }]))
      }),
    )
  })

  it('is another one when a byte is another one, or stands elsewhere', () => {
    void fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 9000 }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (bytes, where, by) => {
          const other = Uint8Array.from(bytes)
          const at = where % bytes.length
          other[at] = (other[at] ?? 0) ^ by
          assert.notEqual(digestOf([{ at: 0, bytes: other }]), digestOf([{ at: 0, bytes }]))
        },
      ),
    )
    const one = Uint8Array.of(1)
    assert.notEqual(digestOf([{ at: 0, bytes: one }]), digestOf([{ at: 1, bytes: one }]))
    assert.notEqual(digestOf([{ at: 0, bytes: one }]), digestOf([{ at: 4096, bytes: one }]))
  })
})
