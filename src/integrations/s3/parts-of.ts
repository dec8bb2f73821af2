const leastRoom = 64 * 1024

/**
 * Cuts a stream into parts of this many bytes, the last of which may be shorter; none when nothing comes. Each is a copy of
 * its own: what gave the pieces may use them again.
 */
export async function* partsOf(
  body: AsyncIterable<Uint8Array>,
  partBytes: number,
): AsyncGenerator<Buffer, void, undefined> {
  // What is small gets little room; after the first whole part the next one will be whole too.
  let room = Buffer.allocUnsafeSlow(Math.min(leastRoom, partBytes))
  let used = 0
  for await (const piece of body) {
    for (let at = 0; at < piece.length; ) {
      const count = Math.min(piece.length - at, partBytes - used)
      if (used + count > room.length)
        room = grown(room, used, Math.min(partBytes, Math.max(2 * room.length, used + count)))
      room.set(piece.subarray(at, at + count), used)
      used += count
      at += count
      if (used < partBytes) continue
      yield room
      room = Buffer.allocUnsafeSlow(partBytes)
      used = 0
    }
  }
  if (used > 0) yield room.subarray(0, used)
}

function grown(room: Buffer, used: number, bytes: number): Buffer<ArrayBuffer> {
  const larger = Buffer.allocUnsafeSlow(bytes)
  room.copy(larger, 0, 0, used)
  return larger
}
