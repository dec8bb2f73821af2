/** Longer than any name of a variable: what is so long is a value that lost its name. */
const longestName = 100
const assignment = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_.]*)\s*=(.*)$/

/**
 * The variables of a file as Docker, Node and shells read it: `NAME=value`, `export`, comments, quotes over several lines.
 * Undefined when a line is none of that: a name may then be part of a value, and must not be told.
 */
export async function envOutline(text: string): Promise<readonly (readonly [string, string])[] | undefined> {
  const pieces: (readonly [string, string])[] = []
  const lines = text.split(/\r?\n/)
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? ''
    if (/^\s*(?:#|$)/.test(line)) continue
    const [, name = '', rest = ''] = assignment.exec(line) ?? []
    if (name === '' || name.length > longestName) return undefined
    let value = rest.trim()
    const quote = /^["'`]/.exec(value)?.[0]
    if (quote !== undefined) {
      while (!isClosed(value, quote)) {
        at++
        if (at >= lines.length) return undefined
        value += `\n${lines[at] ?? ''}`
      }
    }
    pieces.push([name, value])
  }
  return pieces
}

/** Whether the quote at the begin has an end, which nothing but a comment follows. */
function isClosed(value: string, quote: string): boolean {
  for (let at = 1; at < value.length; at++) {
    if (value[at] === '\\' && quote === '"') at++
    else if (value[at] === quote) return true
  }
  return false
}
