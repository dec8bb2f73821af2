const newline = 10

/** The bytes without the lines that are one of these, whatever pieces they come in. */
export async function* withoutLines(
  pieces: AsyncIterable<Uint8Array>,
  lines: readonly string[],
): AsyncIterable<Uint8Array> {
  const left = lines.map((line) => Buffer.from(`${line}\n`))
  let rest = Buffer.alloc(0)
  for await (const piece of pieces) {
    rest = Buffer.concat([rest, piece])
    for (let end = rest.indexOf(newline); end !== -1; end = rest.indexOf(newline)) {
      const line = rest.subarray(0, end + 1)
      rest = rest.subarray(end + 1)
      if (!left.some((one) => one.equals(line))) yield line
    }
  }
  if (rest.length > 0) yield rest
}
