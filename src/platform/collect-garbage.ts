let collect: (() => void) | undefined

/** Gives back what nobody uses any more, at once: the engine waits for pressure, which a small machine feels before it. */
export function collectGarbage(): void {
  collect ??= exposed()
  collect()
}

function exposed(): () => void {
  process.getBuiltinModule('node:v8').setFlagsFromString('--expose-gc')
  const found: unknown = process.getBuiltinModule('node:vm').runInNewContext('gc')
  return typeof found === 'function' ? () => void found() : () => undefined
}
