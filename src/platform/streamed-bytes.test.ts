import assert from 'node:assert/strict'
import test from 'node:test'
import { streamed } from './streamed-bytes.ts'

const pieceBytes = 128 * 1024

async function* pieces(count: number): AsyncGenerator<Uint8Array> {
  for (let made = 0; made < count; made++) yield Buffer.alloc(pieceBytes, made)
}

test('a stream that nobody waits for leaves little behind at any time', async () => {
  let [bytes, most] = [0, 0]
  for await (const piece of streamed(pieces(2000))) {
    bytes += piece.length
    most = Math.max(most, process.memoryUsage().arrayBuffers)
  }
  assert.equal(bytes, 2000 * pieceBytes)
  assert.ok(most < 16 * 2 ** 20, `${most} bytes of 250 MB were there at once`)
})
