/** Until when rows are forgotten: those that ended before. */
export interface TidyBefore {
  readonly alerts: Date
  readonly messages: Date
}

/** How many rows went. */
export interface Tidied {
  readonly alerts: number
  readonly messages: number
  readonly silences: number
  readonly looks: number
}

/** Forgets what is over and old. What is open, what waits, and what tells of an alert that is open stays, however old. */
export interface TidyStore {
  /**
   * Removes the oldest of each kind, at most `limit` of it, each kind in a transaction of its own: alerts that are
   * resolved and silences that are over, messages that were delivered or given up, and last looks at what nobody looks at
   * any more.
   */
  forget(system: string, before: TidyBefore, limit: number): Promise<Tidied>
}
