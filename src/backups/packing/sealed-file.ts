import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { open } from 'node:fs/promises'
import { inMegabytes } from './in-megabytes.ts'

/** Of what a chunk holds, sealed one by one: nothing is given that was not found to be ours. */
const chunkBytes = 2 ** 20
const tagBytes = 16
const saltBytes = 16
const cipher = 'aes-256-gcm'

/** A file that was changed, cut, put together from others, or sealed with another key. */
export class NotOurs extends Error {}

/**
 * The stream under a key and a name: a random salt, then chunks of AES-256-GCM, whose nonce is the number of the chunk and
 * whether it is the last (STREAM: Hoang, Reyhanitabar, Rogaway and Vizár, 2015). A key is used for one file alone.
 */
export async function* sealed(
  pieces: AsyncIterable<Uint8Array>,
  secret: string,
  name: string,
): AsyncGenerator<Uint8Array> {
  const salt = randomBytes(saltBytes)
  const key = keyOf(secret, salt, name)
  yield salt
  let number = 0
  let waiting: Buffer | undefined
  for await (const chunk of inChunks(pieces)) {
    if (waiting !== undefined) yield seal(key, number++, false, waiting)
    waiting = chunk
  }
  yield seal(key, number, true, waiting ?? Buffer.alloc(0))
}

/** What a sealed file holds. Throws `NotOurs` at the first chunk that is not as it was, and when its end is missing. */
export async function* unsealed(file: string, secret: string, name: string): AsyncGenerator<Uint8Array> {
  const handle = await open(file)
  try {
    const { size } = await handle.stat()
    const salt = await readExactly(saltBytes)
    const key = keyOf(secret, salt, name)
    let left = size - saltBytes
    for (let number = 0; left > 0 || number === 0; number++) {
      const sealedChunk = await readExactly(Math.min(left, chunkBytes + tagBytes))
      left -= sealedChunk.length
      yield unseal(key, number, left === 0, sealedChunk)
    }
    async function readExactly(bytes: number): Promise<Buffer> {
      const buffer = Buffer.alloc(bytes)
      for (let at = 0; at < bytes; ) {
        const { bytesRead } = await handle.read(buffer, at, bytes - at)
        if (bytesRead === 0) throw new NotOurs('it ends too early')
        at += bytesRead
      }
      return buffer
    }
  } finally {
    await handle.close()
  }
}

/** All of the same size but the last. */
async function* inChunks(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let rest = Buffer.alloc(0)
  for await (const piece of inMegabytes(pieces, chunkBytes)) {
    rest = rest.length === 0 ? Buffer.from(piece) : Buffer.concat([rest, piece])
    let at = 0
    for (; rest.length - at >= chunkBytes; at += chunkBytes) yield rest.subarray(at, at + chunkBytes)
    rest = rest.subarray(at)
  }
  if (rest.length > 0) yield rest
}

function seal(key: Buffer, number: number, isLast: boolean, chunk: Buffer): Buffer {
  const sealing = createCipheriv(cipher, key, nonceOf(number, isLast))
  return Buffer.concat([sealing.update(chunk), sealing.final(), sealing.getAuthTag()])
}

function unseal(key: Buffer, number: number, isLast: boolean, chunk: Buffer): Buffer {
  const opening = createDecipheriv(cipher, key, nonceOf(number, isLast), { authTagLength: tagBytes })
  try {
    opening.setAuthTag(chunk.subarray(-tagBytes))
    return Buffer.concat([opening.update(chunk.subarray(0, -tagBytes)), opening.final()])
  } catch (error) {
    throw new NotOurs('it is not as it was sealed', { cause: error })
  }
}

function keyOf(secret: string, salt: Buffer, name: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, salt, `vigie backup-reference ${name}`, 32))
}

function nonceOf(number: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeUIntBE(number, 5, 6)
  nonce.writeUInt8(isLast ? 1 : 0, 11)
  return nonce
}
