import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { piecesOf } from '../../../test/support/pieces.ts'
import { type Part, partsOf } from './parts-of.ts'

describe('a stream cut into parts', () => {
  test('has all its bytes in their order, in whole parts but for the last, whenever rooms are freed', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 30 }),
        fc.integer({ min: 1, max: 40 }),
        fc.infiniteStream(fc.boolean()),
        async (pieces, partBytes, frees) => {
          const held: Part[] = []
          const seen: Buffer[] = []
          for await (const part of partsOf(piecesOf(...pieces), partBytes)) {
            // As it is when it is sent, which may be while the next ones are filled.
            held.push(part)
            if (frees.next().value) {
              for (const one of held.splice(0)) {
                seen.push(Buffer.from(one.body))
                one.free()
                one.free()
              }
            }
          }
          seen.push(...held.map(({ body }) => body))
          assert.deepEqual(Buffer.concat(seen), Buffer.concat(pieces))
          assert.ok(seen.slice(0, -1).every(({ length }) => length === partBytes))
          assert.ok(seen.every(({ length }) => length > 0))
        },
      ),
    ))

  test('uses a room again that was freed, and no other', async () => {
    const parts = partsOf(piecesOf('aaaa', 'bbbb', 'cccc', 'dddd'), 4)
    const [first, second] = [await parts.next(), await parts.next()]
    assert.ok(!first.done && !second.done)
    first.value.free()
    const [third, fourth] = [await parts.next(), await parts.next()]
    assert.ok(!third.done && !fourth.done)
    assert.equal(third.value.body.buffer, first.value.body.buffer)
    assert.notEqual(fourth.value.body.buffer, third.value.body.buffer)
    assert.deepEqual(
      [second, third, fourth].map((one) => String(one.value?.body)),
      ['bbbb', 'cccc', 'dddd'],
    )
  })

  test('gives no part when nothing comes', async () => {
    for await (const _ of partsOf(piecesOf('', ''), 4)) assert.fail('there is nothing')
  })
})
