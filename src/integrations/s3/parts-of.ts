const leastRoom = 64 * 1024

/** A part of a stream, in memory. */
export interface Part {
  readonly body: Buffer
  /** It was sent: the next one may take its room. Without that it is left to the garbage collector. */
  free(): void
}

/**
 * Cuts a stream into parts of this many bytes, the last of which may be shorter; none when nothing comes. Each is a copy of
 * its own: what gave the pieces may use them again. Rooms are used again as they are freed, since the garbage collector
 * alone lets far more of them stand than are in use.
 */
export async function* partsOf(
  body: AsyncIterable<Uint8Array>,
  partBytes: number,
): AsyncGenerator<Part, void, undefined> {
  const free: Buffer<ArrayBuffer>[] = []
  const part = (room: Buffer<ArrayBuffer>, used: number): Part => {
    let isFree = room.length < partBytes
    return {
      body: room.subarray(0, used),
      free: () => {
        if (!isFree) free.push(room)
        isFree = true
      },
    }
  }
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
      yield part(room, used)
      room = free.pop() ?? Buffer.allocUnsafeSlow(partBytes)
      used = 0
    }
  }
  if (used > 0) yield part(room, used)
}

function grown(room: Buffer, used: number, bytes: number): Buffer<ArrayBuffer> {
  const larger = Buffer.allocUnsafeSlow(bytes)
  room.copy(larger, 0, 0, used)
  return larger
}
