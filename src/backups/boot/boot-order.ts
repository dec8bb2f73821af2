/** What the child starts and asks. JSON; secrets stand in its environment, not here. */
export interface BootOrder {
  readonly command: readonly string[]
  readonly cwd: string
  /** An address on loopback. */
  readonly health: string
  readonly limitMs: number
}

export interface BootAnswer {
  readonly isWell: boolean
  /** A status, or why there was none. */
  readonly said: string
  /** The end of what the application printed. */
  readonly output: string
}
