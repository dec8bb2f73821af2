/** Keeps the end of a stream and forgets what was before. */
export function createTail(maxBytes: number) {
  let kept: Buffer[] = []
  let bytes = 0
  const end = (): Buffer => {
    const all = Buffer.concat(kept)
    return all.subarray(Math.max(0, all.length - maxBytes))
  }
  return {
    add: (chunk: Buffer): void => {
      kept.push(chunk)
      bytes += chunk.length
      if (bytes <= 4 * maxBytes) return
      kept = [Buffer.from(end())]
      bytes = maxBytes
    },
    text: (): string => end().toString('utf8'),
  }
}

/** The last bytes of a text; a character that the cut goes through is left out. */
export function endOf(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text)
  let from = Math.max(0, bytes.length - maxBytes)
  while (from > 0 && from < bytes.length && ((bytes[from] ?? 0) & 0b1100_0000) === 0b1000_0000) from++
  return bytes.subarray(from).toString('utf8')
}
