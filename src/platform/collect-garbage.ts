type Collect = (options?: { readonly type: 'minor' }) => void

let collect: Collect | undefined

/** Gives back what nobody uses any more, at once: the engine waits for pressure, which a small machine feels before it. */
export function collectGarbage(): void {
  collect ??= exposed()
  collect()
}

/**
 * Gives back what came and went within a moment, in a millisecond: bytes that stream by lie outside of the engine's heap, and
 * for each 32 MB of them it would look through all of that heap, which takes 50 times as long.
 */
export function collectBrief(): void {
  collect ??= exposed()
  collect({ type: 'minor' })
}

function exposed(): Collect {
  process.getBuiltinModule('node:v8').setFlagsFromString('--expose-gc')
  const found: unknown = process.getBuiltinModule('node:vm').runInNewContext('gc')
  return typeof found === 'function' ? (options) => void found(options) : () => undefined
}
