type Collect = (options: { readonly type: 'minor' | 'major' }) => void

let collect: Collect | undefined

/** Gives back what nobody uses any more, at once: the engine waits for pressure, which a small machine feels before it. */
export function collectGarbage(): void {
  collect ??= exposed()
  // Without a type, and with one that is undefined, it means two different things.
  collect({ type: 'major' })
}

/**
 * Gives back what came and went within a moment, in a millisecond: bytes that stream by lie outside of the engine's heap, and
 * for each 32 MB of them it would look through all of that heap, which takes 50 times as long.
 */
export function collectBrief(): void {
  collect ??= exposed()
  collect({ type: 'minor' })
}

/**
 * Suits the engine to bytes that stream by: what lives for a moment gets no more room than it has, and marking what lives longer
 * begins when half of its room is used. By itself it begins when less is left than a moment can take, which is always so in a
 * heap as small as ours: it then marks without end, on all cores, as often as it is done.
 */
export function beLean(): void {
  setFlag('--semi-space-growth-factor=1')
  setFlag('--incremental-marking-soft-trigger=50')
}

function exposed(): Collect {
  setFlag('--expose-gc')
  const found: unknown = process.getBuiltinModule('node:vm').runInNewContext('gc')
  return typeof found === 'function' ? (options) => void found(options) : () => undefined
}

function setFlag(flag: string): void {
  process.getBuiltinModule('node:v8').setFlagsFromString(flag)
}
