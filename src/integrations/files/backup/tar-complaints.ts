import type { BytePath } from './byte-path.ts'

/** What tar said of the files that it packed. */
export interface Complaints {
  /** Files that were written to while they were read: what is in the archive is no state that they ever had. */
  readonly torn: readonly BytePath[]
  /** Lines that no known reason explains: then the archive cannot be trusted. */
  readonly unknown: readonly string[]
}

/** That a file is gone or may not be read is seen by its not being in the archive. */
const expected =
  /: (?:Warning: )?(?:Cannot (?:stat|open)|File removed before we read it|Couldn't (?:stat|open)|can't (?:stat|open))(?:: (?:No such file or directory|Permission denied|Not a directory))?$/
const torn = /^[^:]*: (.*): (?:file changed as we read it|File shrank by \d+ bytes?; padding with zeros)$/
const closing = /(?:Exiting with failure status due to previous errors|Error exit delayed from previous errors\.?)$/

/** @param stderr in the C locale, names as `--quoting-style=escape` writes them. */
export function complaintsIn(stderr: string): Complaints {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '')
  const isTorn = lines.map((line) => torn.exec(line)?.[1])
  return {
    torn: [...new Set(isTorn.flatMap((name) => (name === undefined ? [] : [unescaped(name)])))],
    unknown: lines.filter((line, at) => isTorn[at] === undefined && !expected.test(line) && !closing.test(line)),
  }
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', v: '\v', a: '\x07' }

function unescaped(name: string): BytePath {
  const bytes = name.replace(/\\([0-7]{3}|.)/g, (_, code: string) =>
    code.length === 3 ? String.fromCharCode(Number.parseInt(code, 8)) : (escapes[code] ?? code),
  )
  return bytes.replace(/^\.\//, '').replace(/\/$/, '')
}
