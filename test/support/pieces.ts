import { createHash } from 'node:crypto'

const pieceBytes = 256 * 1024

/** So many bytes that differ by seed and by place; the same each time. */
export async function* bytesFrom(seed: number, count: number): AsyncGenerator<Uint8Array, void, undefined> {
  const block = blockOf(seed)
  for (let at = 0; at < count; at += pieceBytes) {
    const piece = Buffer.from(block.subarray(0, Math.min(pieceBytes, count - at)))
    if (piece.length >= 8) piece.writeDoubleLE(at)
    yield piece
  }
}

export async function* piecesOf(
  ...pieces: readonly (string | Uint8Array)[]
): AsyncGenerator<Uint8Array, void, undefined> {
  for (const piece of pieces) yield Buffer.from(piece)
}

export async function allOf(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = []
  for await (const piece of pieces) all.push(piece)
  return Buffer.concat(all)
}

export async function sha256Of(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256')
  for await (const piece of pieces) hash.update(piece)
  return hash.digest('hex')
}

function blockOf(seed: number): Buffer {
  const parts: Buffer[] = []
  for (let at = 0; at < pieceBytes; at += 32) parts.push(createHash('sha256').update(`${seed} ${at}`).digest())
  return Buffer.concat(parts)
}
