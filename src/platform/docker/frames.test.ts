import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { framesOf } from './frames.ts'

async function* cut(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function heard(bytes: Buffer, size: number): Promise<{ readonly stdout: Buffer; readonly stderr: Buffer }> {
  const said: { stdout: Uint8Array[]; stderr: Uint8Array[] } = { stdout: [], stderr: [] }
  for await (const { stream, piece } of framesOf(cut(bytes, size))) said[stream].push(piece)
  return { stdout: Buffer.concat(said.stdout), stderr: Buffer.concat(said.stderr) }
}

function framed(stream: number, content: Uint8Array): Buffer {
  const head = Buffer.alloc(8)
  head[0] = stream
  head.writeUInt32BE(content.length, 4)
  return Buffer.concat([head, content])
}

describe('the stream of a container', () => {
  it('gives every byte of each stream, however it is cut', async () => {
    const spoken = fc.array(fc.tuple(fc.constantFrom(1, 2), fc.uint8Array({ maxLength: 100 })), { maxLength: 10 })
    await fc.assert(
      fc.asyncProperty(spoken, fc.integer({ min: 1, max: 50 }), async (frames, size) => {
        const { stdout, stderr } = await heard(Buffer.concat(frames.map(([stream, one]) => framed(stream, one))), size)
        const of = (stream: number): Buffer =>
          Buffer.concat(frames.filter(([one]) => one === stream).map(([, one]) => one))
        assert.ok(stdout.equals(of(1)) && stderr.equals(of(2)))
      }),
    )
  })

  it('that is cut in its middle, or is none, throws', async () => {
    const whole = framed(1, Buffer.from('content'))
    for (const length of [1, 7, 8, 10, whole.length - 1])
      await assert.rejects(heard(whole.subarray(0, length), 3), RangeError)
    await assert.rejects(heard(Buffer.from('HTTP/1.1 500 oh no'), 5), RangeError)
  })
})
