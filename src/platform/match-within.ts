import { Script } from 'node:vm'

/** What a search for a pattern came to; `group` is what its first group holds. */
export type Match =
  | { readonly outcome: 'found'; readonly group: string | undefined }
  | { readonly outcome: 'none' | 'too-slow' }

/** Patterns without nested repetition need milliseconds for a megabyte. */
const defaultLimitMs = 500

const search = new Script(`(() => {
  const expression = new RegExp(pattern)
  for (const text of texts) {
    const found = expression.exec(text)
    if (found !== null) return { group: found[1] }
  }
})()`)

/**
 * The first match of a pattern in the first of the texts that has one. A pattern that backtracks without end is given up
 * at the limit: it would stop the whole program, and no other time limit could end it. Throws for what is no pattern.
 */
export function matchWithin(pattern: string, texts: readonly string[], limitMs = defaultLimitMs): Match {
  try {
    const found: { group: string | undefined } | undefined = search.runInNewContext(
      { pattern, texts },
      { timeout: limitMs },
    )
    return found === undefined ? { outcome: 'none' } : { outcome: 'found', group: found.group }
  } catch (error) {
    if (isTimeout(error)) return { outcome: 'too-slow' }
    throw error
  }
}

/** The error is one of the other context's, so no instance of our own `Error`. */
function isTimeout(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
}
