const escapes: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }

/** The values of a row as COPY writes it in its text format, null for `\N`. Undefined when it is no text of UTF-8. */
export function copiedRow(line: Buffer): readonly (string | null)[] | undefined {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(line)
  } catch {
    // Of another encoding: what it means is not known here.
    return undefined
  }
  return text
    .split('\t')
    .map((field) => (field === '\\N' ? null : field.replace(/\\(.)/gs, (_, one: string) => escapes[one] ?? one)))
}
