import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { GatheredBytes } from './gathered-bytes.ts'

test('pieces come out as they went in, whatever their number and size, time after time', () => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.uint8Array({ maxLength: 50 }))), (rounds) => {
      const gathered = new GatheredBytes(16)
      for (const pieces of rounds) {
        for (const piece of pieces) gathered.add(piece)
        const whole = Buffer.concat(pieces)
        assert.equal(gathered.length, whole.length)
        assert.deepEqual(Buffer.from(gathered.take()), whole)
        assert.equal(gathered.length, 0)
      }
    }),
  )
})
